/** How a wired host stands: what is installed, whether it is as it was left, and whether names come through. */
import { lookup } from 'node:dns/promises';
import { type Name, parseName, root } from '../../zone/name.ts';
import { askStub } from './ask-stub.ts';
import type { Host } from './host.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';
import { plainZone } from './plain-zone.ts';
import { serviceUnit } from './service/systemd.ts';
import { sha256 } from './sha256.ts';
import type { State } from './state.ts';
import { listenersAt, udpListeners } from './udp-ports.ts';

export interface StatusLine {
  readonly isGood: boolean;
  /** One line; what is not good says what to do. */
  readonly text: string;
}

/** What the user has logged in to, and what to look up. */
export interface StatusQuestion {
  /** Of all profiles; undefined when they cannot be read. */
  readonly zones: readonly Name[] | undefined;
  /** A name that exists, to be looked up as programs do. */
  readonly name: string | undefined;
}

export async function wiringStatus(
  host: Host,
  state: State,
  { zones, name }: StatusQuestion,
): Promise<readonly StatusLine[]> {
  return [
    good(`installed: method ${state.method}, ${state.zones.join(', ')}`),
    ...fileLines(host, state),
    ...(await stubLines(host, state)),
    ...missingZones(state, zones ?? []),
    ...(name === undefined ? [] : [await lookupLine(name)]),
  ];
}

function fileLines(host: Host, { done }: State): StatusLine[] {
  return done.flatMap((step) => {
    if (step.kind !== 'file' && step.kind !== 'edit') return [];
    const { path } = step;
    const octets = host.entry(path).kind === 'file' ? host.read(path) : undefined;
    if (octets === undefined) return [bad(`${path} is gone: "kube-doh dns install" writes it again`)];
    if (sha256(octets) === step.sha256) return [good(`${path} is as it was written`)];
    const first = step.kind === 'file' ? 'move it away, then ' : '';
    return [bad(`${path} was changed since: ${first}"kube-doh dns install" wires it again`)];
  });
}

/** Rcodes that say that the edge was asked, and knows: RFC 1035 §4.1.1. */
const rcodes = { noError: 0, serverFailure: 2, refused: 5 } as const;

async function stubLines(host: Host, { listen, done, zones }: State): Promise<StatusLine[]> {
  const where = formatListenAddress(listen);
  const lines: StatusLine[] = [];
  if ((await askStub(listen, root)) === undefined) {
    lines.push(bad(`no stub answers at ${where}: start it, or see why it ended`));
  } else {
    lines.push(good(`a stub answers at ${where}`));
    for (const zone of zones) lines.push(zoneLine(zone, await askStub(listen, parseName(zone))));
    if (isStopped(host, done)) lines.push(bad(`${serviceUnit} does not run, and yet a stub answers: end that one`));
  }
  if (listenerCount(host, listen) > 1)
    lines.push(bad(`${where} is taken twice: end the second stub, or the other server`));
  return lines;
}

function zoneLine(zone: string, rcode: number | undefined): StatusLine {
  switch (rcode) {
    case rcodes.noError:
      return good(`the stub knows ${zone}`);
    case undefined:
      return bad(`the stub gives no answer for ${zone}: see its log`);
    case rcodes.refused:
      return bad(`the stub refuses ${zone}: it runs with other profiles; start it anew, or "kube-doh dns install"`);
    case rcodes.serverFailure:
      return bad(`the stub gets no answer for ${zone} from the edge: check the network, then "kube-doh login"`);
    default:
      return bad(`the stub answers ${zone} with RCODE ${rcode}: check the zones of the profile, "kube-doh profiles"`);
  }
}

function isStopped(host: Host, done: State['done']): boolean {
  const isService = done.some((step) => step.kind === 'run' && step.starts === 'systemd-service');
  return isService && host.run(['systemctl', 'is-active', '--quiet', serviceUnit]).code !== 0;
}

/** 0 where that cannot be read. */
function listenerCount(host: Host, listen: ListenAddress): number {
  const text = (path: string) => host.read(path)?.toString('utf8') ?? '';
  if (host.platform !== 'linux') return 0;
  return listenersAt(listen, udpListeners(text('/proc/net/udp'), text('/proc/net/udp6'))).length;
}

/** Logged in to since the install. */
function missingZones({ zones: wired }: State, zones: readonly Name[]): StatusLine[] {
  const missing = zones.flatMap((zone) => plainZone(zone) ?? []).filter((zone) => !wired.includes(zone));
  return [...new Set(missing)].map((zone) => bad(`${zone} is not wired: "kube-doh dns install" adds it`));
}

/** As programs do: getaddrinfo(3). */
export async function lookupLine(name: string): Promise<StatusLine> {
  try {
    const found = await lookup(name, { all: true });
    return good(`this machine finds ${name}: ${found.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    return bad(`this machine does not find ${name} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function good(text: string): StatusLine {
  return { isGood: true, text };
}

function bad(text: string): StatusLine {
  return { isGood: false, text };
}
