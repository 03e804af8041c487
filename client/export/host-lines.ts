/**
 * Lines of a hosts file from what the DNS tells of Services: an address, its name in each zone, and short names where they
 * are wanted. The same records give the same lines, in whatever order they came. Pure.
 */
import { type Address, familyOf, formatAddress } from '../../zone/address.ts';
import { absoluteName, formatName, labelsOf, type RelativeName } from '../../zone/name.ts';
import type { NamedAddress } from './service-records.ts';

export interface HostLine {
  readonly address: string;
  /** At least one, without final dots. */
  readonly names: readonly string[];
}

export interface HostLines {
  readonly lines: readonly HostLine[];
  /** Short names that would mean several things, and so are none. */
  readonly ambiguous: readonly string[];
}

/** Windows reads no more names than nine of one line. */
const maxNamesOfLine = 8;

/** Each element of `services` is one Service's. Its pods come first: who looks up an address gets the first name. */
export function hostLines(services: readonly (readonly NamedAddress[])[], withShortNames: boolean): HostLines {
  const entries = services.flatMap(entriesOf).filter(distinctOnce());
  const shortNames = withShortNames ? new ShortNames(entries) : undefined;
  const lines = entries.flatMap(({ name, address, names }) => {
    const all = [...names, ...(shortNames?.of(name) ?? [])];
    return chunks(all).map((part) => ({ address: formatAddress(address), names: part }));
  });
  return { lines, ambiguous: shortNames?.ambiguous ?? [] };
}

/** One name that has one address, as it is called in each zone. */
interface Entry {
  readonly name: RelativeName;
  readonly address: Address;
  readonly names: readonly string[];
}

const byNumber = new Intl.Collator('en', { numeric: true });

function entriesOf(records: readonly NamedAddress[]): Entry[] {
  const entries = new Map<string, { name: RelativeName; address: Address; names: string[] }>();
  for (const { name, zone, address } of records) {
    const host = formatName(absoluteName(name, zone)).slice(0, -1);
    // A hosts file has no escapes.
    if (!/^[a-z0-9_.-]+$/.test(host)) continue;
    const key = `${name}\0${address}`;
    const entry = entries.get(key) ?? { name, address, names: [] };
    entries.set(key, entry);
    if (!entry.names.includes(host)) entry.names.push(host);
  }
  return [...entries.values()].sort(
    (a, b) =>
      labelsOf(b.name).length - labelsOf(a.name).length ||
      byNumber.compare(a.names[0]!, b.names[0]!) ||
      familyOf(a.address) - familyOf(b.address) ||
      (a.address < b.address ? -1 : 1),
  );
}

/** Whoever names a Service twice means it once. */
function distinctOnce(): (entry: Entry) => boolean {
  const seen = new Set<string>();
  return ({ name, address }) => {
    const key = `${name}\0${address}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

/** `pod.service.namespace` and `pod.service`; of a Service `service.namespace` and `service`. */
class ShortNames {
  readonly ambiguous: readonly string[];
  readonly #meanings = new Map<string, Set<RelativeName>>();

  constructor(entries: readonly Entry[]) {
    for (const { name } of entries) {
      for (const short of shortNamesOf(name)) {
        const meanings = this.#meanings.get(short) ?? new Set();
        this.#meanings.set(short, meanings.add(name));
      }
    }
    this.ambiguous = [...this.#meanings].filter(([, names]) => names.size > 1).map(([short]) => short);
  }

  of(name: RelativeName): string[] {
    return shortNamesOf(name).filter((short) => this.#meanings.get(short)?.size === 1);
  }
}

function shortNamesOf(name: RelativeName): string[] {
  // The last label is "svc".
  const labels = labelsOf(name).slice(0, -1);
  return [labels.join('.'), labels.slice(0, -1).join('.')];
}

function chunks(names: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < names.length; at += maxNamesOfLine) parts.push(names.slice(at, at + maxNamesOfLine));
  return parts;
}
