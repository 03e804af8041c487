/** Addresses in API objects. Pure. */
import { type Address, parseAddress } from '../../zone/address.ts';
import { quote } from './json.ts';
import type { ProblemList } from './trimmed.ts';

/** As long as an IPv6 address can be written: six groups, and the last two as IPv4. */
const maxCharacters = 45;

/** Undefined when the value is no address. */
export function addressOf(value: unknown): Address | undefined {
  return typeof value === 'string' && value.length <= maxCharacters ? parseAddress(value) : undefined;
}

/** One address, or none and a problem. */
export function trimAddress(value: unknown, path: string, problems: ProblemList): Address[] {
  const address = addressOf(value);
  if (address !== undefined) return [address];
  problems.add(`${path}: ${quote(value)} is not an address`);
  return [];
}
