/** A question, and where its name is. Pure. */
import { clustersetZone, clusterZone, type Variation } from '../variations.ts';

/** `name` in any case, without a final dot. */
export interface Question {
  readonly name: string;
  readonly type: QuestionType;
}

/** Types by name, with their codes (IANA "Resource Record (RR) TYPEs"). */
export const typeCodes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  HTTPS: 65,
  ANY: 255,
} as const;

export type QuestionType = keyof typeof typeCodes;
export const questionTypes = Object.keys(typeCodes) as QuestionType[];

/** Labels left of the zone, from left to right, in lower case. Undefined outside all zones. */
export interface Place {
  readonly zone: string;
  readonly labels: readonly string[];
}

export function placeOf(name: string, { hasClusterset }: Pick<Variation, 'hasClusterset'>): Place | undefined {
  const folded = name.toLowerCase();
  for (const zone of [clusterZone, ...(hasClusterset ? [clustersetZone] : []), 'in-addr.arpa', 'ip6.arpa']) {
    if (folded === zone) return { zone, labels: [] };
    if (folded.endsWith(`.${zone}`)) return { zone, labels: folded.slice(0, -zone.length - 1).split('.') };
  }
  return undefined;
}
