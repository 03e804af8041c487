/** The options of `kube-doh edge`, checked before anything starts. */
import type { ParseArgsConfig } from 'node:util';
import { type ListenAddress, readListen } from '../../../sync-agent/configuration/listen.ts';
import { FlagChecks, UsageError } from '../../../sync-agent/usage.ts';
import { parseOutsidePolicy } from '../../../worker/outside/policy.ts';
import { parseClusterId } from '../../../zone/cluster-id.ts';
import { type Name, nameOrUndefined } from '../../../zone/name.ts';
import { isLoopback } from '../../loopback.ts';

/** For `parseCommandLine`. */
export const edgeFlags = {
  data: { type: 'string' },
  listen: { type: 'string' },
  'behind-proxy': { type: 'boolean' },
  'metrics-listen': { type: 'string' },
  workerd: { type: 'string' },
  'default-cluster': { type: 'string' },
  'endpoint-host': { type: 'string' },
  'token-host-suffix': { type: 'string' },
  'outside-zone': { type: 'string' },
  open: { type: 'boolean' },
  'no-rate-limits': { type: 'boolean' },
  'ready-file': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export type EdgeFlags = {
  readonly [Flag in keyof typeof edgeFlags]?:
    | ((typeof edgeFlags)[Flag]['type'] extends 'boolean' ? boolean : string)
    | undefined;
};

const defaultListen = '127.0.0.1:8787';
const metricsExample = '127.0.0.1:9464';

export const usage = `kube-doh edge --data DIR [OPTIONS]

Runs the edge on this machine instead of at Cloudflare: the same Worker in workerd, and what it keeps in DIR. It speaks plain
HTTP/1.1, for a proxy that does TLS. The first start makes the administrator's key, DIR/admin.key.

  --data DIR              where everything is kept; made unless it is there, and open to nobody else
  --listen HOST:PORT      where to answer (${defaultListen})
  --behind-proxy          a proxy with TLS asks it, and nobody else reaches it: who asks is read from the end of its
                          X-Forwarded-For, and --listen may be another address than loopback
  --metrics-listen HOST:PORT
                          answer /metrics there, for Prometheus, to everybody; nowhere unless given
  --default-cluster ID    the cluster that is asked when the path and the token name none
  --endpoint-host NAME    the host name under which clients find the edge; no zone may cover it
  --token-host-suffix NAME
                          take tokens as TOKEN.NAME too; see docs/security.md
  --outside-zone POLICY   names outside the zones: refuse (the default), nxdomain, or forward:URL to ask another DoH server
  --open                  answer without a token; on a loopback address only
  --no-rate-limits        let everybody ask as often as they like
  --workerd FILE          the program workerd; found beside kube-doh, as npm installs it, or in PATH unless given
  --ready-file FILE       is written, in JSON, as soon as questions are answered
`;

export interface EdgeSettings {
  readonly data: string;
  readonly listen: ListenAddress;
  readonly metricsListen: ListenAddress | undefined;
  readonly isBehindProxy: boolean;
  /** As given. */
  readonly workerd: string | undefined;
  /** Of the Worker. */
  readonly variables: Readonly<Record<string, string>>;
  readonly limitsRates: boolean;
  readonly readyFile: string | undefined;
}

/** Throws UsageError, which names every flag that is wrong. */
export function readEdgeFlags(flags: EdgeFlags): EdgeSettings {
  const checks = new FlagChecks();
  const isBehindProxy = flags['behind-proxy'] ?? false;
  const isOpen = flags.open ?? false;
  const data = checks.read(() => readData(flags.data));
  const listen = checks.read(() => readDoor(flags.listen ?? defaultListen, isBehindProxy, isOpen));
  const metricsText = flags['metrics-listen'];
  const metricsListen =
    metricsText === undefined
      ? undefined
      : checks.read(() => readListen({ value: metricsText, label: '--metrics-listen' }, metricsExample));
  const endpointHost = checks.read(() => readHost('--endpoint-host', flags['endpoint-host']));
  const tokenHostSuffix = checks.read(() => readHost('--token-host-suffix', flags['token-host-suffix']));
  checks.read(() => checkOutsideZone(flags['outside-zone'], { endpointHost, tokenHostSuffix }));
  checks.read(() => checkCluster(flags['default-cluster']));
  if (checks.failed || data === undefined || listen === undefined) throw checks.error();
  return {
    data,
    listen,
    metricsListen,
    isBehindProxy,
    workerd: flags.workerd,
    variables: given({
      OPEN: String(isOpen),
      OUTSIDE_ZONE: flags['outside-zone'] ?? 'refuse',
      DEFAULT_CLUSTER: flags['default-cluster'],
      ENDPOINT_HOST: flags['endpoint-host'],
      TOKEN_HOST_SUFFIX: flags['token-host-suffix'],
    }),
    limitsRates: !(flags['no-rate-limits'] ?? false),
    readyFile: flags['ready-file'],
  };
}

function readData(path: string | undefined): string {
  if (path === undefined || path === '')
    throw new UsageError('--data is missing: pass the folder to keep everything in');
  return path;
}

function readDoor(value: string, isBehindProxy: boolean, isOpen: boolean): ListenAddress {
  const listen = readListen({ value, label: '--listen' }, defaultListen);
  if (isOpen && (isBehindProxy || !isLoopback(listen.host))) {
    throw new UsageError('--open is for a loopback address without a proxy: leave it out, and make tokens');
  }
  if (isLoopback(listen.host) || isBehindProxy) return listen;
  throw new UsageError(
    `--listen ${listen.host} is open to other machines, without TLS: let a proxy with TLS ask it on ${defaultListen}, or pass --behind-proxy if nobody but a proxy reaches that address`,
  );
}

function readHost(flag: string, text: string | undefined): Name | undefined {
  const name = nameOrUndefined(text);
  if (text === undefined || (name !== undefined && text.replace(/\.$/, '').includes('.'))) return name;
  throw new UsageError(`${flag} "${text}" is no host name, such as dns.example.com`);
}

function checkOutsideZone(text: string | undefined, own: Parameters<typeof parseOutsidePolicy>[1]): void {
  if (text === undefined) return;
  const policy = parseOutsidePolicy(text, own);
  if ('reason' in policy) throw new UsageError(`--outside-zone: ${policy.reason}`);
}

function checkCluster(text: string | undefined): void {
  if (text === undefined || parseClusterId(text) !== undefined) return;
  throw new UsageError(`--default-cluster "${text}" is not 1 to 32 of a-z, 0-9 and "-"`);
}

function given(variables: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
