/**
 * Which forward zone a name is in: the one with the longest origin that the name is below, on label boundaries (RFC 1034
 * §4.3.2).
 */
import { type OpenedForwardZone, type RelativeLabels, relativeLabels } from '../../zone/image/open.ts';
import { type Name, relativeTo } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import type { Query } from '../message/query.ts';

/** A zone and where its origin begins in the question's name. */
export interface ZoneMatch {
  readonly zone: OpenedForwardZone;
  readonly originOffset: number;
  /** Labels of the question below the apex. */
  readonly labelCount: number;
}

/** A name in a zone. */
export interface Place {
  readonly zone: OpenedForwardZone;
  readonly labels: RelativeLabels;
  /** What the zone's names are below; undefined where that is the end of the question's name. */
  readonly origin: Name | undefined;
}

export function matchZone(zones: readonly OpenedForwardZone[], { qname, labelOffsets }: Query): ZoneMatch | undefined {
  let best: ZoneMatch | undefined;
  for (const zone of zones) {
    for (const origin of zone.origins) {
      const originOffset = qname.length - origin.length;
      const labelCount = originOffset === qname.length - 1 ? labelOffsets.length : labelOffsets.indexOf(originOffset);
      if (labelCount < 0 || (best !== undefined && best.originOffset <= originOffset)) continue;
      if (endsWith(qname, originOffset, origin)) best = { zone, originOffset, labelCount };
    }
  }
  return best;
}

/** Where the question's name is. */
export function placeOfQuestion({ zone, originOffset, labelCount }: ZoneMatch, { qname, labelOffsets }: Query): Place {
  const labels = { octets: qname, starts: labelOffsets, count: labelCount, end: originOffset };
  return { zone, labels, origin: undefined };
}

/** Where a name is to which one at `place` points; undefined outside all zones. */
export function placeOfTarget(target: Target, place: Place, zones: readonly OpenedForwardZone[]): Place | undefined {
  if (target.kind === 'relative') return { ...place, labels: relativeLabels(target.name) };
  let best: { zone: OpenedForwardZone; origin: Name } | undefined;
  for (const zone of zones) {
    for (const origin of zone.origins) {
      if (best !== undefined && best.origin.length >= origin.length) continue;
      if (relativeTo(target.name, origin) !== undefined) best = { zone, origin };
    }
  }
  return best && { ...best, labels: relativeLabels(relativeTo(target.name, best.origin)!) };
}

function endsWith(qname: Uint8Array, offset: number, origin: string): boolean {
  for (let i = 0; i < origin.length; i += 1) if (qname[offset + i] !== origin.charCodeAt(i)) return false;
  return true;
}
