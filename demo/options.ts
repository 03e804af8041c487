/**
 * The flags of `npm start`, all checked before anything starts.
 */
import { isLoopback } from '../client/loopback.ts';
import { type ListenAddress, readListen } from '../sync-agent/configuration/listen.ts';
import { type AgentSettings, agentFlags, agentFlagsHelp, readAgentFlags } from '../sync-agent/options.ts';
import { FlagChecks, parseCommandLine, UsageError } from '../sync-agent/usage.ts';
import { readOutsideZone } from './outside-zone.ts';

export type DemoSettings = { readonly kind: 'help' } | RunSettings;

export interface RunSettings {
  readonly kind: 'run';
  readonly agent: AgentSettings;
  readonly listen: ListenAddress;
  /** Plain HTTP/1.1 instead of HTTPS. */
  readonly isPlain: boolean;
  /** No token is needed. */
  readonly isOpen: boolean;
  /** As the Worker takes it in OUTSIDE_ZONE. */
  readonly outsideZone: string;
  readonly readyFile: string | undefined;
}

export const usage = `npm start [-- OPTIONS]

Serves a cluster's DNS over HTTPS on this machine: an embedded cluster with examples, or your own.

  --kubeconfig FILE      a real cluster instead of the embedded one
  --context NAME         a context of that file instead of its current one
  --listen HOST:PORT     where to answer (127.0.0.1:8443)
  --http                 plain HTTP/1.1 instead of HTTPS; on a loopback address only
  --open                 answer without a token; on a loopback address only
  --outside-zone POLICY  names outside the cluster's zones: refuse (the default), nxdomain, or forward:URL to
                         ask another DoH server and to follow ExternalNames
  --ready-file FILE      write where and how to ask to FILE, as JSON, when the first names are answered

Unlike the agent by itself it holds no deletion back, unless --deletion-guard says so, and publishes
remarks and endpoints.

${agentFlagsHelp}`;

/** Whoever plays with a cluster deletes on purpose, and wants to see it. */
const holdNothing = '100';

/** Throws UsageError, which names every flag that is wrong. */
export function readDemoFlags(args: readonly string[]): DemoSettings {
  const { values } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...agentFlags,
        listen: { type: 'string', default: '127.0.0.1:8443' },
        http: { type: 'boolean', default: false },
        open: { type: 'boolean', default: false },
        'outside-zone': { type: 'string', default: 'refuse' },
        'ready-file': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    },
    'npm start -- --help',
  );
  if (values.help) return { kind: 'help' };
  const checks = new FlagChecks();
  const listen = checks.read(() =>
    readListen({ value: values.listen, label: '--listen' }, '127.0.0.1:8443 or [::1]:8443'),
  );
  const agent = checks.read(() =>
    readAgentFlags({ 'deletion-guard': holdNothing, remarks: true, endpoints: true, ...values }),
  );
  for (const flag of ['open', 'http'] as const) {
    if (listen !== undefined && values[flag]) checks.read(() => refuseFromOutside(`--${flag}`, listen));
  }
  const outsideZone = checks.read(() => readOutsideZone(values['outside-zone'], listen));
  const readyFile = checks.read(() => readPath('--ready-file', values['ready-file']));
  if (checks.failed || listen === undefined || agent === undefined || outsideZone === undefined) throw checks.error();
  return { kind: 'run', agent, listen, isPlain: values.http, isOpen: values.open, outsideZone, readyFile };
}

function refuseFromOutside(flag: string, { host }: ListenAddress): void {
  if (isLoopback(host)) return;
  throw new UsageError(`${flag} is for loopback addresses only: leave it out, or --listen on 127.0.0.1`);
}

function readPath(flag: string, path: string | undefined): string | undefined {
  if (path === '') throw new UsageError(`${flag} needs the path of a file`);
  return path;
}
