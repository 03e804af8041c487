/**
 * The flags of `npm start`, all checked before anything starts.
 */
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { type AgentSettings, agentFlags, readAgentFlags, UsageError } from '../sync-agent/options.ts';

export type DemoSettings =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly agent: AgentSettings;
      readonly listen: { readonly host: string; readonly port: number };
      /** Plain HTTP/1.1 instead of HTTPS. */
      readonly isPlain: boolean;
      /** No token is needed. */
      readonly isOpen: boolean;
      readonly readyFile: string | undefined;
    };

export const usage = `npm start [-- OPTIONS]

Serves a cluster's DNS over HTTPS on this machine: an embedded cluster with examples, or your own.

  --kubeconfig FILE      a real cluster instead of the embedded one
  --context NAME         a context of that file instead of its current one
  --listen HOST:PORT     where to answer (127.0.0.1:8443)
  --http                 plain HTTP/1.1 instead of HTTPS; on a loopback address only
  --open                 answer without a token; on a loopback address only
  --ready-file FILE      write where and how to ask to FILE, as JSON, when the first names are answered

  --cluster ID           the cluster's id at the edge (local)
  --zone NAME            the cluster's own domain (cluster.local)
  --alias NAME           a further zone that answers the same; may be repeated
  --ttl SECONDS          TTL of the records, 0 to 3600 (30)
  --publish-interval S   shortest time between two publishes, 1 to 3600 seconds (3)
  --reverse-zone CIDR    the block that reverse lookups answer for, instead of the private ones; may be repeated
`;

/** Throws UsageError. */
export function readDemoFlags(args: readonly string[]): DemoSettings {
  const values = parseFlags(args);
  if (values.help) return { kind: 'help' };
  const listen = readListen(values.listen);
  if ((values.open || values.http) && !isLoopback(listen.host)) {
    const flag = values.open ? '--open' : '--http';
    throw new UsageError(`${flag} is for loopback addresses only: leave it out, or listen on 127.0.0.1`);
  }
  return {
    kind: 'run',
    agent: readAgentFlags(values),
    listen,
    isPlain: values.http,
    isOpen: values.open,
    readyFile: values['ready-file'],
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...agentFlags,
        listen: { type: 'string', default: '127.0.0.1:8443' },
        http: { type: 'boolean', default: false },
        open: { type: 'boolean', default: false },
        'ready-file': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const [firstSentence] = (error as Error).message.split('. ');
    throw new UsageError(`${firstSentence}; see npm start -- --help`);
  }
}

function readListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new UsageError(`--listen "${text}" is not HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443`);
  }
  return { host, port };
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host === 'localhost';
}
