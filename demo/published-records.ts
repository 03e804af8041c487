/** What is published, as records for people: which names there are, and what changes from one snapshot to the next. */

import { flatten } from '../zone/flat.ts';
import type { OwnerGroup } from '../zone/group.ts';
import { decodeImage } from '../zone/image/decode.ts';
import { formatRelativeName, type Name } from '../zone/name.ts';
import { formatRRset } from '../zone/text.ts';
import type { Question } from './tour.ts';

const mostLines = 8;
const mostSampled = 12;
/** A larger cluster's records are not compared: that would cost more than publishing them. */
const mostFollowedGroups = 500;

export class PublishedRecords {
  readonly #origin: Name;
  #groups: readonly OwnerGroup[] = [];
  #lines: ReadonlySet<string> = new Set();

  constructor(origin: Name) {
    this.#origin = origin;
  }

  /** Takes the next snapshot. The lines say which address records have gone and come, shortened when they are many. */
  follow(image: Uint8Array): string[] {
    const snapshot = decodeImage(image);
    const zones = snapshot.kind === 'live' ? snapshot.zones : [];
    this.#groups = zones.flatMap((zone) => (zone.kind === 'cluster' ? zone.groups : []));
    if (this.#groups.length > mostFollowedGroups) return [];
    const before = this.#lines;
    const after = new Set(addressRecords(this.#groups).flatMap((owned) => formatRRset(owned, this.#origin)));
    this.#lines = after;
    const gone = [...before].filter((line) => !after.has(line)).map((line) => `- ${line}`);
    const come = [...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`);
    const lines = [...gone, ...come];
    return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `… and ${lines.length - mostLines} more`];
  }

  /** Some names to ask: of pods first, then of Services with a cluster IP. */
  sampleQuestions(): Question[] {
    const pods = this.#groups.filter(({ hosts, own }) => hosts.length > 0 && own.length === 0);
    const services = this.#groups.filter(({ own }) => own.length > 0);
    return [...pods, ...services].slice(0, mostSampled).flatMap((group) => {
      const records = addressRecords([group]);
      const owned = records.find(({ owner }) => (owner === group.base) === group.own.length > 0) ?? records[0];
      if (owned === undefined) return [];
      return [{ name: formatRelativeName(owned.owner), type: owned.rrset.type === 'AAAA' ? 'AAAA' : 'A' }];
    });
  }
}

function addressRecords(groups: readonly OwnerGroup[]) {
  return flatten(groups).records.filter(({ rrset }) => rrset.type === 'A' || rrset.type === 'AAAA');
}
