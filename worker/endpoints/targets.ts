/**
 * Endpoints as targets: in the JSON of Prometheus's HTTP service discovery, or as plain lines. The texts of a line stand in
 * JSON as they are (zone/endpoints/line.ts), so nothing is escaped but what comes from elsewhere.
 */
import type { EndpointsLine, Labels, LinePort } from '../../zone/endpoints/line.ts';
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
 * Writes the endpoints of a line into `pieces`, and stops each time that those are full. Every group of JSON has a comma in
 * front. Throws SnapshotError.
 */
export function* writeTargets(
  { head, endpoints }: OpenedLine,
  showing: Showing,
  pieces: OctetPieces,
): Generator<undefined> {
  const { isByName, isReadyOnly } = showing;
  const isJson = showing.format === 'prometheus';
  const ports = framesOf(head, showing);
  const keys = isJson ? keysOf(head.columns) : [];
  const serviceName = octetsOf(`.${head.name}.${isJson ? inJson(showing.zone) : showing.zone}`);
  for (let standing = endpoints.next(); standing !== undefined; standing = endpoints.next()) {
    if (isReadyOnly && standing !== 'ready') continue;
    const hasHost = !endpoints.isEmpty(hostCell);
    for (const { front, middle, back } of ports) {
      pieces.put(front);
      if (isByName && hasHost) {
        copyCell(pieces, endpoints, hostCell);
        pieces.put(serviceName);
      } else copyAddress(pieces, endpoints, showing);
      pieces.put(middle);
      if (isJson) {
        copyCell(pieces, endpoints, hostCell);
        // Without a host, without the dot behind it.
        if (hasHost) pieces.put(back);
        else pieces.copy(back, 1, back.length);
        for (let i = 0; i < keys.length; i += 1) {
          if (endpoints.isEmpty(firstValueCell + i)) continue;
          pieces.put(keys[i]!);
          copyCell(pieces, endpoints, firstValueCell + i);
        }
        pieces.put(groupEnd);
      }
      if (pieces.isFull) yield;
    }
  }
}

/** What stands around a target; of JSON, also around its name. */
interface Frame {
  readonly front: Uint8Array;
  readonly middle: Uint8Array;
  readonly back: Uint8Array;
}

/** Of ASCII. Lines are many, and an encoder would cost more than all that is written with it. */
function octetsOf(text: string): Uint8Array {
  const octets = smallOctets(text.length);
  for (let at = 0; at < text.length; at += 1) octets[at] = text.charCodeAt(at);
  return octets;
}

const groupStart = octetsOf(',{"targets":["');
const groupEnd = octetsOf('"}}');
const lineEnd = octetsOf('\n');
const bracket = octetsOf('[');
const closingBracket = octetsOf(']');
const nothing = octetsOf('');

function framesOf(head: EndpointsLine, { format, cluster, zone, port }: Showing): readonly Frame[] {
  const ports = portsOf(head, port);
  if (format === 'addresses') return ports.slice(0, 1).map(() => ({ front: nothing, middle: lineEnd, back: nothing }));
  return ports.map(([number, , labels]) => {
    const ending = number === null ? '' : `:${number}`;
    if (format === 'targets') return { front: nothing, middle: octetsOf(`${ending}\n`), back: nothing };
    const name = `"__meta_kube_doh_cluster":"${inJson(cluster)}","__meta_kube_doh_dns_name":"`;
    const members = `.${head.name}.${inJson(zone)}${membersOf(head.labels)}${membersOf(labels)}`;
    return { front: groupStart, middle: octetsOf(`${ending}"],"labels":{${name}`), back: octetsOf(members) };
  });
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
function portsOf({ ports }: EndpointsLine, port: string | undefined): readonly LinePort[] {
  if (port !== undefined)
    return ports.filter(([number, name]) => name === port || (number !== null && `${number}` === port));
  return ports.length === 0 ? [[null, '', {}]] : ports;
}

function copyAddress(pieces: OctetPieces, endpoints: Endpoints, { format }: Showing): void {
  const isInBrackets = format !== 'addresses' && endpoints.isIpv6;
  if (isInBrackets) pieces.put(bracket);
  copyCell(pieces, endpoints, addressCell);
  if (isInBrackets) pieces.put(closingBracket);
}

function copyCell(pieces: OctetPieces, { octets, starts, ends }: Endpoints, cell: number): void {
  pieces.copy(octets, starts[cell]!, ends[cell]!);
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
