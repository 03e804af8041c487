/** Addresses in API objects. Pure. */
import { type Address, parseAddress, unmapped } from '../../zone/address.ts';
import { quote } from './json.ts';
import type { ProblemList } from './trimmed.ts';

/** As long as an IPv6 address can be written: six groups, and the last two as IPv4. */
const maxCharacters = 45;

/** Of one list. A Service has one for each family; a pod too. */
export const maxAddresses = 100;

/** Undefined when the value is no address. An IPv4-mapped one is the IPv4 address, as CoreDNS has it. */
export function addressOf(value: unknown): Address | undefined {
  const address = typeof value === 'string' && value.length <= maxCharacters ? parseAddress(value) : undefined;
  return address && unmapped(address);
}

/** One address, or none and a problem. */
export function trimAddress(value: unknown, path: string, problems: ProblemList): Address[] {
  const address = addressOf(value);
  if (address !== undefined) return [address];
  problems.add(`${path}: ${quote(value)} is not an address`);
  return [];
}
