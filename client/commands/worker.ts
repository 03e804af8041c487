/** `kube-doh worker`: the Worker as one script, for those who deploy it by other means than this repository's. */
import { writeFileSync } from 'node:fs';
import { loadProgram } from '../../edge/program/program.ts';
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';

const usage = `kube-doh worker FILE

Writes the script that Cloudflare runs, which is also what "kube-doh edge" runs. FILE may be - for the standard output.
`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    { args: [...args], options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true },
    'kube-doh worker --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    throw new UsageError('the command is "kube-doh worker FILE"; see kube-doh worker --help');
  }
  const { worker } = await loadProgram();
  if (path === '-') process.stdout.write(worker);
  else write(path, worker);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new Error(`${path} cannot be written (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
