/** The options of `kube-doh agent` and of its actions, from flags, variables and a file, all checked before anything starts. */
import { writeFileSync } from 'node:fs';
import { gatherOptions } from '../../../sync-agent/configuration/sources.ts';
import { LogWriter } from '../../../sync-agent/log-writer.ts';
import { type OperatingSettings, readOperatingOptions } from '../../../sync-agent/operating-options.ts';
import { type AgentSettings, readPublishingOptions } from '../../../sync-agent/options.ts';
import { FlagChecks } from '../../../sync-agent/usage.ts';
import { readEdge } from '../../edge-url.ts';

export interface CommandLine {
  readonly edgeUrl: URL;
  readonly settings: AgentSettings;
  readonly operating: OperatingSettings;
  /** What is taken, but looks like a mistake; a line each. */
  readonly warnings: readonly string[];
}

/** `help` is the command that lists the options; undefined when that was asked for. Throws UsageError. */
export async function readCommandLine(args: readonly string[], help: string): Promise<CommandLine | undefined> {
  const checks = new FlagChecks();
  const { options, asksForHelp, warnings } = await gatherOptions(args, process.env, help, checks);
  if (asksForHelp) return undefined;
  const edgeUrl = checks.read(() => readEdge(options.edge.value, options.edge.label));
  const settings = readPublishingOptions(options, checks);
  const isInCluster = options.kubeconfig.value === undefined && process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  const operating = readOperatingOptions(options, { cluster: settings?.cluster, isInCluster }, checks);
  if (checks.failed || edgeUrl === undefined || settings === undefined || operating === undefined) {
    throw checks.error(warnings);
  }
  return { edgeUrl, settings, operating, warnings: [...warnings, ...settings.warnings] };
}

export function stderrLog({ logFormat: format, logLevel: level }: OperatingSettings): LogWriter {
  // At once, and without a stream: one that has failed is closed for good, and a full disk may have room again.
  return new LogWriter({ format, level, write: (line) => writeFileSync(process.stderr.fd, line), now: Date.now });
}
