/**
 * The data of a record as zone files have it (RFC 1035 §5.1), names with their final dot. Types that are not known here,
 * and data that is not what its type says, are written as octets (RFC 3597 §5).
 */
import { formatAddress } from '../../zone/address.ts';
import { quoted } from '../../zone/character-string.ts';
import { formatName } from '../../zone/name.ts';
import { DataReader } from './data-reader.ts';
import { serviceBindingText } from './service-binding.ts';

/** Names in `data` are written out. */
export function presentationOf(type: number, data: Uint8Array): string {
  const text = textOfType.get(type);
  if (text === undefined) return octetsText(data);
  const reader = new DataReader(data);
  const read = text(reader);
  return read !== undefined && reader.isWhole ? read : octetsText(data);
}

const nameText = (data: DataReader): string => formatName(data.name());
const preferenceAndNameText = (data: DataReader): string => `${data.uint16()} ${nameText(data)}`;

const textOfType: ReadonlyMap<number, (data: DataReader) => string | undefined> = new Map([
  [1, (data) => formatAddress(data.address(4))],
  [2, nameText],
  [5, nameText],
  [6, startOfAuthorityText],
  [12, nameText],
  [15, preferenceAndNameText],
  [16, stringsText],
  [28, (data) => formatAddress(data.address(16))],
  [33, (data) => `${data.uint16()} ${data.uint16()} ${data.uint16()} ${nameText(data)}`],
  [39, nameText],
  [64, serviceBindingText],
  [65, serviceBindingText],
]);

function startOfAuthorityText(data: DataReader): string {
  const names = `${nameText(data)} ${nameText(data)}`;
  const numbers = Array.from({ length: 5 }, () => data.uint32());
  return `${names} ${numbers.join(' ')}`;
}

/** RFC 1035 §3.3.14: one or more. */
function stringsText(data: DataReader): string {
  const strings: string[] = [];
  do strings.push(quoted(data.string()));
  while (data.hasMore);
  return strings.join(' ');
}

function octetsText(data: Uint8Array): string {
  const hex = Array.from(data, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return hex === '' ? '\\# 0' : `\\# ${data.length} ${hex}`;
}
