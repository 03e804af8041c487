/**
 * `kube-doh agent`: observes a cluster and publishes its DNS records to the edge, until it is told to end. Here is what
 * is quick to load: a wrong option is told at once.
 */
import { agentOptions } from '../../sync-agent/configuration/agent-options.ts';
import { helpOf } from '../../sync-agent/configuration/help.ts';
import type { LogWriter } from '../../sync-agent/log-writer.ts';
import { type CommandLine, readCommandLine, stderrLog } from './agent/command-line.ts';
import { endAtFault, listenForSignals, tellAndExit } from './agent/ending.ts';

const usage = `kube-doh agent --edge URL --key FILE [OPTIONS]
kube-doh agent retire --edge URL --key FILE [OPTIONS]

Observes a cluster and publishes its DNS records to the edge. Logs one line per event to stderr. "retire" tells clients
that the cluster has left; see kube-doh agent retire --help.

Each option is a flag, or a variable (--publish-interval is KUBE_DOH_PUBLISH_INTERVAL; lists have commas, switches are
true or false), or a line of the file that --config names. The flag counts before the variable, that before the file.

${helpOf(agentOptions)}`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const [action, ...others] = args;
  if (action === 'retire') return await (await import('./agent/retire.ts')).run(others);
  let log: LogWriter | undefined;
  const ending = listenForSignals(() => log);
  try {
    const commandLine = await readCommandLine(args, 'kube-doh agent --help');
    if (commandLine === undefined) return void process.stdout.write(usage);
    log = stderrLog(commandLine.operating);
    await publish(commandLine, log, ending.signal);
  } finally {
    ending.forget();
  }
}

async function publish(
  { edgeUrl, settings, operating, warnings }: CommandLine,
  log: LogWriter,
  signal: AbortSignal,
): Promise<void> {
  endAtFault(log);
  for (const warning of warnings) log.warn(warning);
  const { operate } = await import('./agent/operate.ts');
  try {
    await operate({ edgeUrl, settings, operating, log }, signal);
  } catch (error) {
    // Where the log is JSON, the end is in it too.
    if (operating.logFormat === 'json') tellAndExit(log, error);
    throw error;
  }
}
