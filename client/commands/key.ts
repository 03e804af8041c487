/** `kube-doh key new`: makes the key that a cluster's snapshots are signed with. */
import { writeFileSync } from 'node:fs';
import { SigningKey } from '../../sync-agent/publish/signing-key.ts';
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';

const usage = `kube-doh key new FILE

Makes an Ed25519 key for the agent, as PKCS #8 PEM in FILE, which only you may read. Prints its public half: 43 characters
to register for the cluster at the edge.
`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    { args: [...args], options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true },
    'kube-doh key --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const [action, path, ...others] = positionals;
  if (action !== 'new' || path === undefined || others.length > 0) {
    throw new UsageError('the command is "kube-doh key new FILE"; see kube-doh key --help');
  }
  const key = SigningKey.generate();
  writeNew(path, key.toPem());
  process.stdout.write(`${key.publicKey}\n`);
}

/** An existing key is somebody's only copy. */
function writeNew(path: string, pem: string): void {
  try {
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' ? `${path} exists already: choose another path` : `cannot write it: ${message}`;
    throw new Error(`the key is not made, ${reason}`, { cause });
  }
}
