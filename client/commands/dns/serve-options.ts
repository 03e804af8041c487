/** The options of `kube-doh dns`, checked before anything starts. */
import { isIP } from 'node:net';
import type { ParseArgsConfig } from 'node:util';
import { readListen } from '../../../sync-agent/configuration/listen.ts';
import { UsageError } from '../../../sync-agent/usage.ts';
import type { Name } from '../../../zone/name.ts';
import type { ListeningAddress } from '../../dns-server/serve-dns.ts';
import { allowedSources } from '../../do53/allowed-sources.ts';
import { readUpstreams } from '../../do53/upstreams.ts';
import { isLoopback } from '../../loopback.ts';
import { connectionFlagsHelp } from '../../profiles/connection.ts';
import { readZones } from '../../profiles/zone-text.ts';
import { readReverseZones } from './reverse-zones.ts';

/** For `parseCommandLine`, beside the flags of connections. */
export const serveFlags = {
  listen: { type: 'string', multiple: true },
  upstream: { type: 'string', multiple: true },
  allow: { type: 'string', multiple: true },
  stale: { type: 'string' },
  bootstrap: { type: 'string', multiple: true },
  'reverse-zone': { type: 'string', multiple: true },
  'own-zone': { type: 'string', multiple: true },
  'ready-file': { type: 'string' },
  'log-questions': { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export interface ServeFlags {
  readonly listen?: readonly string[] | undefined;
  readonly upstream?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly stale?: string | undefined;
  readonly bootstrap?: readonly string[] | undefined;
  readonly 'reverse-zone'?: readonly string[] | undefined;
  readonly 'own-zone'?: readonly string[] | undefined;
  readonly 'ready-file'?: string | undefined;
  readonly 'log-questions'?: boolean | undefined;
}

export const usage = `kube-doh dns [OPTIONS]
kube-doh dns install|uninstall|status [OPTIONS]

Answers names of clusters on this machine, over UDP and TCP, until Ctrl-C: it asks the edge and keeps what it says. "install"
makes the system ask it, "uninstall" undoes that, "status" tells how it stands; each has its own --help.

  --listen HOST:PORT     where; may be given again; 127.0.0.1:5300 unless given
  --allow CIDR           who may ask beside this machine; may be given again; needed for other addresses than loopback
  --upstream ADDRESS[:PORT]|system
                         who is asked for all other names; may be given again; without it they are refused
  --stale SECONDS        for how long answers past their time serve while the edge does not answer; 3600 unless given,
                         0 for not at all
  --bootstrap ADDRESS    an address of the edge, so that nobody needs to be asked for it; may be given again
  --reverse-zone CIDR    names of the addresses in it are asked for too, of the first profile; may be given again
  --own-zone NAME        names in it are never passed to --upstream, also while no profile has it; may be given again. So it
                         is with the zones of every profile that was there since the start
  --ready-file FILE      is written, in JSON, as soon as questions are answered
  --log-questions        a line for each question
${connectionFlagsHelp}`;

export interface ServeSettings {
  readonly listen: readonly [ListeningAddress, ...ListeningAddress[]];
  readonly isAllowed: (address: string) => boolean;
  /** As they were given; none: other names are refused. */
  readonly upstreams: readonly string[];
  readonly staleSeconds: number;
  /** Addresses of the edge. */
  readonly bootstrap: readonly string[];
  readonly reverseZones: readonly Name[];
  /** Whose names go to nobody but the edges; the reverse zones are among them. */
  readonly ownZones: readonly Name[];
  readonly readyFile: string | undefined;
  readonly logsQuestions: boolean;
}

const defaultListen = '127.0.0.1:5300';
const defaultStaleSeconds = 3600;
/** RFC 8767 §5 suggests one to three days; a pod's address is somebody else's by then. */
const maxStaleSeconds = 86_400;

/** Throws UsageError. */
export function readServeFlags(flags: ServeFlags): ServeSettings {
  const [first = defaultListen, ...more] = flags.listen ?? [];
  const listen = [readAddress(first), ...more.map(readAddress)] as const;
  const allow = flags.allow ?? [];
  const open = listen.find(({ host }) => !isLoopback(host));
  if (open !== undefined && allow.length === 0) {
    throw new UsageError(
      `--listen ${open.host} is open to other machines: pass --allow CIDR to say which, such as --allow 192.0.2.0/24`,
    );
  }
  const upstreams = flags.upstream ?? [];
  // Read again when it is known which ports were got; what is wrong is told before anything starts.
  readUpstreams(
    upstreams,
    listen.map(({ host, port }) => ({ address: host, portNumber: port })),
  );
  const reverseZones = (flags['reverse-zone'] ?? []).flatMap(readReverseZones);
  return {
    listen: [...listen],
    isAllowed: allowedSources(allow),
    upstreams,
    staleSeconds: flags.stale === undefined ? defaultStaleSeconds : readStale(flags.stale),
    bootstrap: (flags.bootstrap ?? []).map(readBootstrap),
    reverseZones,
    ownZones: [...readZones(flags['own-zone'] ?? [], '--own-zone'), ...reverseZones],
    readyFile: flags['ready-file'],
    logsQuestions: flags['log-questions'] ?? false,
  };
}

function readAddress(value: string): ListeningAddress {
  const { host, port } = readListen({ value, label: '--listen' }, defaultListen);
  if (host === 'localhost') return { host: '127.0.0.1', port };
  if (isIP(host) === 0)
    throw new UsageError(`--listen "${value}" has a name: pass an address, such as ${defaultListen}`);
  return { host, port };
}

function readStale(value: string): number {
  const seconds = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (seconds <= maxStaleSeconds) return seconds;
  throw new UsageError(`--stale "${value}" is not a number of seconds from 0 to ${maxStaleSeconds}`);
}

function readBootstrap(value: string): string {
  if (isIP(value) !== 0) return value;
  throw new UsageError(`--bootstrap "${value}" is not an address, such as 192.0.2.1 or 2001:db8::1`);
}
