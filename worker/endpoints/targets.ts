/**
 * Endpoints as targets: in the JSON of Prometheus's HTTP service discovery, or as plain lines. The texts of a line stand in
 * JSON as they are (zone/endpoints/line.ts), so nothing is escaped but what comes from elsewhere.
 */
import type { EndpointsHead, Labels, LinePort } from '../../zone/endpoints/line.ts';
import { smallOctets } from '../octets/small-octets.ts';
import { addressCell, type Endpoints, firstValueCell, hostCell } from './endpoints.ts';
import type { OpenedLine } from './endpoints-lines.ts';
import type { OctetPieces } from './octet-pieces.ts';

/** How targets are shown. */
export interface Showing {
  readonly format: 'prometheus' | 'targets' | 'addresses';
  readonly cluster: string;
  /** That names are in; without its final dot. */
  readonly zone: string;
  /** Number or name of the ports that are shown; undefined: all. */
  readonly port: string | undefined;
  /** Whether targets are names, where endpoints have one. */
  readonly isByName: boolean;
  readonly isReadyOnly: boolean;
}

/**
 * Writes the endpoints of a line into `pieces`, and stops each time that those are full. Every group of JSON has the
 * end of the one before it in front, and a comma, and no end. Throws SnapshotError.
 */
export function* writeTargets(
  { head, endpoints }: OpenedLine,
  showing: Showing,
  pieces: OctetPieces,
): Generator<undefined> {
  const isJson = showing.format === 'prometheus';
  const ports = framesOf(head, showing);
  const keys = isJson ? keysOf(head.columns) : [];
  const fixedOctets = keys.reduce((sum, key) => sum + key.length, brackets.length);
  for (let standing = endpoints.next(); standing !== undefined; standing = endpoints.next()) {
    if (showing.isReadyOnly && standing !== 'ready') continue;
    for (const frame of ports) {
      // A host stands in it twice at most.
      const own = pieces.withRoom(frame.octets + fixedOctets + 2 * endpoints.cellOctets);
      const end = isJson
        ? writeGroup(own, pieces.length, frame, endpoints, keys, showing)
        : writeTarget(own, pieces.length, frame, endpoints, showing);
      pieces.length = end;
      if (pieces.isFull) yield;
    }
  }
}

/** Each returns where it has ended; that there is room, others see to. */
function writeGroup(
  own: Uint8Array,
  start: number,
  frame: Frame,
  endpoints: Endpoints,
  keys: readonly Uint8Array[],
  showing: Showing,
): number {
  const { back } = frame;
  let at = writeTarget(own, start, frame, endpoints, showing);
  at = copyCell(own, at, endpoints, hostCell);
  // Without a host, without the dot behind it.
  const hidden = endpoints.isEmpty(hostCell) ? 1 : 0;
  own.set(hidden === 0 ? back : back.subarray(1), at);
  at += back.length - hidden;
  for (let i = 0; i < keys.length; i += 1) {
    if (endpoints.isEmpty(firstValueCell + i)) continue;
    own.set(keys[i]!, at);
    at = copyCell(own, at + keys[i]!.length, endpoints, firstValueCell + i);
  }
  return at;
}

function writeTarget(
  own: Uint8Array,
  start: number,
  { front, service, middle }: Frame,
  endpoints: Endpoints,
  { format, isByName }: Showing,
): number {
  let at = copy(own, start, front, 0, front.length);
  if (isByName && !endpoints.isEmpty(hostCell)) {
    at = copyCell(own, at, endpoints, hostCell);
    at = copy(own, at, service, 0, service.length);
  } else {
    const isInBrackets = format !== 'addresses' && endpoints.isIpv6;
    if (isInBrackets) at = copy(own, at, brackets, 0, 1);
    at = copyCell(own, at, endpoints, addressCell);
    if (isInBrackets) at = copy(own, at, brackets, 1, 2);
  }
  own.set(middle, at);
  return at + middle.length;
}

function copyCell(own: Uint8Array, at: number, { octets, starts, ends }: Endpoints, cell: number): number {
  return copy(own, at, octets, starts[cell]!, ends[cell]!);
}

/** A few octets: one by one costs less than to have them set. */
function copy(own: Uint8Array, at: number, octets: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i += 1) own[at + i - start] = octets[i]!;
  return at + end - start;
}

/** What stands around a target; of JSON, also around its name. */
interface Frame {
  readonly front: Uint8Array;
  /** Behind a host, where targets are names. */
  readonly service: Uint8Array;
  readonly middle: Uint8Array;
  readonly back: Uint8Array;
  /** Of all of these. */
  readonly octets: number;
}

/** Of ASCII. Lines are many, and an encoder would cost more than all that is written with it. */
function octetsOf(text: string): Uint8Array {
  const octets = smallOctets(text.length);
  for (let at = 0; at < text.length; at += 1) octets[at] = text.charCodeAt(at);
  return octets;
}

/** The end of the group before, and the start of one. */
const groupStart = '"}},{"targets":["';
/** Of these, how many are in front of the comma. */
export const groupEndOctets = 3;
const brackets = octetsOf('[]');

function framesOf(head: EndpointsHead, { format, cluster, zone, port }: Showing): readonly Frame[] {
  const isJson = format === 'prometheus';
  const service = `.${head.name}.${isJson ? inJson(zone) : zone}`;
  const ports = portsOf(head, port);
  return (format === 'addresses' ? ports.slice(0, 1) : ports).map(([number, , labels]) => {
    const ending = number === null || format === 'addresses' ? '' : `:${number}`;
    if (!isJson) return frameOf('', service, `${ending}\n`, '');
    const own = `"],"labels":{"__meta_kube_doh_cluster":"${inJson(cluster)}","__meta_kube_doh_dns_name":"`;
    const members = membersOf(head.labels) + membersOf(labels);
    return frameOf(groupStart, service, ending + own, service + members);
  });
}

function frameOf(...texts: readonly [string, string, string, string]): Frame {
  const [front, service, middle, back] = texts.map(octetsOf) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return { front, service, middle, back, octets: texts.join('').length };
}

let lastColumns = '';
let lastKeys: readonly Uint8Array[] = [];

/** Most lines have the same columns as the one before. */
function keysOf(columns: readonly string[]): readonly Uint8Array[] {
  const text = columns.join();
  if (text !== lastColumns) {
    lastColumns = text;
    lastKeys = columns.map((column) => octetsOf(`","${column}":"`));
  }
  return lastKeys;
}

/** A Service without ports has targets all the same, unless one is asked for. */
function portsOf({ ports }: EndpointsHead, port: string | undefined): readonly LinePort[] {
  if (port !== undefined)
    return ports.filter(([number, name]) => name === port || (number !== null && `${number}` === port));
  return ports.length === 0 ? [[null, '', {}]] : ports;
}

/** Each closes the text in front of it. */
function membersOf(labels: Labels): string {
  let text = '';
  for (const name in labels) text += `","${name}":"${labels[name]}`;
  return text;
}

/** As it stands between quotation marks. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
