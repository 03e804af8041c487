/** `kube-doh dns`: answers names of clusters on this machine until it is told to end. */
import { LogWriter } from '../../../sync-agent/log-writer.ts';
import { parseCommandLine } from '../../../sync-agent/usage.ts';
import { connectionFlags, followConnections } from '../../profiles/connection.ts';
import { removeReadyFile } from '../../ready-file.ts';
import { listenForSignals } from '../agent/ending.ts';
import { readServeFlags, serveFlags, usage } from './serve-options.ts';
import { startAnew } from './start-anew.ts';

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine(
    {
      args: [...args],
      options: { ...connectionFlags, ...serveFlags, help: { type: 'boolean', short: 'h' } },
    },
    'kube-doh dns --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const settings = readServeFlags(values);
  const { serveNames } = await import('./serving.ts');
  startAnew();
  const log = new LogWriter({
    format: 'text',
    level: 'info',
    write: (line) => process.stderr.write(line),
    now: Date.now,
  });
  const ending = listenForSignals(() => log);
  try {
    if (settings.readyFile !== undefined) removeReadyFile(settings.readyFile);
    const connections = await followConnections(values, process.env);
    await serveNames(settings, connections, log, ending.signal);
  } finally {
    ending.forget();
  }
}
