/** `kube-doh edge`: the edge on this machine, until it is told to end. */
import { LogWriter } from '../../sync-agent/log-writer.ts';
import { parseCommandLine } from '../../sync-agent/usage.ts';
import { endAtFault, listenForSignals } from './agent/ending.ts';
import { edgeFlags, readEdgeFlags, usage } from './edge/edge-options.ts';

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine(
    { args: [...args], options: { ...edgeFlags, help: { type: 'boolean', short: 'h' } } },
    'kube-doh edge --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const settings = readEdgeFlags(values);
  const log = new LogWriter({
    format: 'text',
    level: 'info',
    write: (line) => process.stderr.write(line),
    now: Date.now,
  });
  const ending = listenForSignals(() => log);
  // A terminal that is closed would end this process and leave workerd behind.
  const hangUp = (): void => void process.kill(process.pid, 'SIGTERM');
  process.on('SIGHUP', hangUp);
  try {
    const { serveEdge } = await import('./edge/serve-edge.ts');
    endAtFault(log);
    await serveEdge(settings, log, ending.signal);
  } finally {
    process.off('SIGHUP', hangUp);
    ending.forget();
  }
}
