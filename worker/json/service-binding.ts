/**
 * The data of SVCB and HTTPS records as text (RFC 9460 §2.1 and appendix A).
 */
import { formatAddress } from '../../zone/address.ts';
import { quoted } from '../../zone/character-string.ts';
import { formatName } from '../../zone/name.ts';
import { DataReader } from './data-reader.ts';

/** Undefined when a value is not what its key says. */
export function serviceBindingText(data: DataReader): string | undefined {
  const parts = [String(data.uint16()), formatName(data.name())];
  let last = -1;
  while (data.hasMore) {
    const key = data.uint16();
    const value = data.octets(data.uint16());
    // RFC 9460 §2.2: "in strictly increasing numeric order".
    const text = key > last ? parameterText(key, value) : undefined;
    if (text === undefined) return undefined;
    parts.push(text);
    last = key;
  }
  return parts.join(' ');
}

interface Key {
  readonly name: string;
  /** Empty for a key without a value. */
  readonly text: (value: DataReader) => string;
}

/** IANA "Service Parameter Keys (SvcParamKeys)". */
const keys: ReadonlyMap<number, Key> = new Map<number, Key>([
  [0, { name: 'mandatory', text: (value) => listText(value, () => keyName(value.uint16())) }],
  [1, { name: 'alpn', text: (value) => quoted(listText(value, () => value.string().replace(/[\\,]/g, '\\$&'))) }],
  [2, { name: 'no-default-alpn', text: () => '' }],
  [3, { name: 'port', text: (value) => String(value.uint16()) }],
  [4, { name: 'ipv4hint', text: (value) => listText(value, () => formatAddress(value.address(4))) }],
  [5, { name: 'ech', text: (value) => quoted(btoa(value.rest())) }],
  [6, { name: 'ipv6hint', text: (value) => listText(value, () => formatAddress(value.address(16))) }],
  [7, { name: 'dohpath', text: (value) => quoted(value.rest()) }],
  [8, { name: 'ohttp', text: () => '' }],
]);

function parameterText(code: number, octets: Uint8Array): string | undefined {
  const value = new DataReader(octets);
  const key = keys.get(code);
  const text = key === undefined ? otherText(value) : key.text(value);
  if (!value.isWhole) return undefined;
  return text === '' ? keyName(code) : `${keyName(code)}=${text}`;
}

function otherText(value: DataReader): string {
  const rest = value.rest();
  return rest === '' ? '' : quoted(rest);
}

function keyName(code: number): string {
  return keys.get(code)?.name ?? `key${code}`;
}

/** One or more, with commas between them. */
function listText(value: DataReader, next: () => string): string {
  const parts: string[] = [];
  do parts.push(next());
  while (value.hasMore);
  return parts.join(',');
}
