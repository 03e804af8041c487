/** Ports of Services, ServiceImports and EndpointSlices, which are alike. Pure. */
import type { Port } from '../cluster.ts';
import { fieldsOf, isAbsent, isObject, quote } from './json.ts';
import { isLabel, itemsOf, type ProblemList } from './trimmed.ts';

const protocols: ReadonlyMap<unknown, string> = new Map([
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['SCTP', 'sctp'],
]);

/** SRV owners are `_name` (RFC 2782), and the underscore counts. */
const maxNameOctets = 62;

/** No DNS message holds as many SRV records. */
export const maxPorts = 1000;

/**
 * In the order of the list, the first `most` of them. A name that cannot be a label costs the port only its name; a
 * wrong number or protocol costs the port.
 */
export function trimPorts(value: unknown, path: string, problems: ProblemList, most = maxPorts): readonly Port[] {
  const ports: Port[] = [];
  for (const [i, item] of itemsOf(value, path, most, problems).entries()) {
    const at = `${path}[${i}]`;
    const { port: number, protocol, name } = fieldsOf(item) as Readonly<Record<'port' | 'protocol' | 'name', unknown>>;
    // The API fills in TCP; objects from elsewhere may lack it.
    const keyword = isAbsent(protocol) || protocol === '' ? 'tcp' : protocols.get(protocol);
    if (!isObject(item)) {
      problems.add(`${at} is ${quote(item)}, not a port`);
    } else if (!isAbsent(number) && !isPortNumber(number)) {
      problems.add(`${at}.port: ${quote(number)} is not a port number`);
    } else if (keyword === undefined) {
      problems.add(`${at}.protocol: ${quote(protocol)} is not TCP, UDP or SCTP`);
    } else {
      ports.push({ name: trimName(name, at, problems), protocol: keyword, number: number ?? undefined });
    }
  }
  return shared(ports);
}

/** Lists of ports that were trimmed lately: thousands of Services and slices have the same few. */
const lists = new Map<string, readonly Port[]>();
const maxLists = 1000;

/** An equal list, the same one each time, so that memory holds it once. */
function shared(ports: readonly Port[]): readonly Port[] {
  const key = JSON.stringify(ports);
  const known = lists.get(key);
  if (known !== undefined) return known;
  if (lists.size === maxLists) lists.clear();
  lists.set(key, ports);
  return ports;
}

function isPortNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function trimName(name: unknown, at: string, problems: ProblemList): string {
  if (isAbsent(name) || name === '') return '';
  if (typeof name === 'string' && name.length <= maxNameOctets && isLabel(name)) return name;
  problems.add(`${at}.name: ${quote(name)} cannot be part of an SRV name; the port counts as unnamed`);
  return '';
}
