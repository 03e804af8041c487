/** What is published, as records for people: which names there are, and what changes from one snapshot to the next. */
import { type Address, familyOf } from '../zone/address.ts';
import { flatten } from '../zone/flat.ts';
import type { OwnerGroup } from '../zone/group.ts';
import { decodeImage } from '../zone/image/decode.ts';
import { formatRelativeName, labelsOf, type Name, prependLabel } from '../zone/name.ts';
import { formatRRset } from '../zone/text.ts';
import type { Question } from './tour.ts';

const maxLines = 8;
const maxSampled = 12;
/** A larger cluster's changes are not told: to find them would cost more than to publish them. */
const maxFollowedOctets = 256 * 1024;

export class PublishedRecords {
  readonly #origin: Name;
  #image: Uint8Array | undefined;
  /** The address records of the image; undefined when it is too large or there is none. */
  #lines: ReadonlySet<string> | undefined;

  constructor(origin: Name) {
    this.#origin = origin;
  }

  /** Takes the next snapshot. The lines say which address records have gone and come, shortened when they are many. */
  follow(image: Uint8Array): string[] {
    const before = this.#lines;
    const after = image.length > maxFollowedOctets ? undefined : this.#addressLines(image);
    // It holds until the next one only.
    this.#image = image.slice();
    this.#lines = after;
    if (before === undefined || after === undefined) return [];
    const gone = [...before].filter((line) => !after.has(line)).map((line) => `- ${line}`);
    const come = [...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`);
    const lines = [...gone, ...come];
    return lines.length <= maxLines ? lines : [...lines.slice(0, maxLines), `… and ${lines.length - maxLines} more`];
  }

  /** Some names to ask: of pods first, then of Services with a cluster IP. */
  sampleQuestions(): Question[] {
    const all = this.#image === undefined ? [] : groupsOf(this.#image);
    const groups = all.filter(({ base }) => labelsOf(base).at(-1) === 'svc');
    const pods = groups.filter(({ hosts, own }) => hosts.length > 0 && own.length === 0);
    const services = groups.filter(({ own }) => own.length > 0);
    return [...pods.map(podQuestion), ...services.map(serviceQuestion)].slice(0, maxSampled);
  }

  #addressLines(image: Uint8Array): ReadonlySet<string> {
    return new Set(addressRecords(groupsOf(image)).flatMap((owned) => formatRRset(owned, this.#origin)));
  }
}

/** The first of the pods. */
function podQuestion({ base, hosts: [host] }: OwnerGroup): Question {
  return { name: formatRelativeName(prependLabel(host!.label, base)), type: typeOf(host!.addresses[0]!) };
}

function serviceQuestion({ base, own: [address] }: OwnerGroup): Question {
  return { name: formatRelativeName(base), type: typeOf(address!) };
}

function typeOf(address: Address): 'A' | 'AAAA' {
  return familyOf(address) === 4 ? 'A' : 'AAAA';
}

function groupsOf(image: Uint8Array): OwnerGroup[] {
  const snapshot = decodeImage(image);
  const zones = snapshot.kind === 'live' ? snapshot.zones : [];
  return zones.flatMap((zone) => (zone.kind === 'cluster' ? zone.groups : []));
}

/** Those at names that people know: not at those of ports, such as `_redis._tcp`. */
function addressRecords(groups: readonly OwnerGroup[]) {
  return flatten(groups).records.filter(
    ({ owner, rrset }) => (rrset.type === 'A' || rrset.type === 'AAAA') && labelsOf(owner)[0]?.startsWith('_') !== true,
  );
}
