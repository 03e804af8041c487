/**
 * The label of an endpoint: its hostname, or else the name of its pod, where that is wanted, or else its address with
 * dashes, as CoreDNS writes it.
 */
import { type Address, formatAddress } from '../../zone/address.ts';
import { addressOfDashedLabel, dashedLabel } from '../../zone/dashed.ts';
import { type Name, NameError, type RelativeName } from '../../zone/name.ts';
import type { Endpoint } from '../cluster.ts';
import { ownerName } from './owner-name.ts';

/** Undefined where something may be wrong: then `checkedLabel` knows. `room` is what fits before the Service's name. */
export function plainLabel(endpoint: Endpoint, usesPodNames: boolean, room: number): string | undefined {
  const given = givenLabel(endpoint, usesPodNames);
  if (given === undefined) {
    const label = dashedLabel(endpoint.address);
    return label.length < room ? label : undefined;
  }
  return given.length < room && /^[a-z0-9-]{1,63}$/.test(given) ? given : undefined;
}

/** The label, and why it is not the one it should be. Without a label there is no name below `base` for the endpoint. */
export function checkedLabel(
  endpoint: Endpoint,
  usesPodNames: boolean,
  base: RelativeName,
  origins: readonly Name[],
): { readonly label?: string; readonly reason?: string } {
  const given = givenLabel(endpoint, usesPodNames);
  const dashed = dashedLabel(endpoint.address);
  const name = ownerName([given ?? dashed], base, origins);
  if (!(name instanceof NameError)) return { label: given ?? dashed };
  const refusal = `endpoint ${formatAddress(endpoint.address)}: ${name.message}`;
  if (given === undefined || ownerName([dashed], base, origins) instanceof NameError) {
    return { reason: `${refusal}; it is left out` };
  }
  // Without a name of its own the address would also be missing from the Service's name.
  return { label: dashed, reason: `${refusal}; it is named ${dashed} instead` };
}

function givenLabel({ hostname, podName }: Endpoint, usesPodNames: boolean): string | undefined {
  return hostname ?? (usesPodNames ? podName : undefined);
}

/** Of the label of an endpoint, for the order of names (name-order.ts): by the address that it spells, if any. */
export function rankOf(label: string, endpoint: Endpoint, usesPodNames: boolean): number {
  const isOfAddress = givenLabel(endpoint, usesPodNames) === undefined;
  const spelled = isOfAddress ? endpoint.address : addressOfDashedLabel(label);
  return spelled === undefined ? -1 : rankOfAddress(spelled);
}

/** Family by family, so that hosts which are encoded alike are neighbours; the last octets tell pods apart. */
function rankOfAddress(address: Address): number {
  const end = address.length;
  const family = end === 4 ? 0 : 1;
  const low = (address.charCodeAt(end - 3) << 16) | (address.charCodeAt(end - 2) << 8) | address.charCodeAt(end - 1);
  return (family << 24) | low;
}
