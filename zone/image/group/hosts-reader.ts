/**
 * Reads the hosts of a group, which stand in runs:
 *
 *     kind (8 bits) · number of the list of ports (a count) · length (32 bits) · hosts
 */
import type { Address } from '../../address.ts';
import { dashedLabel } from '../../dashed.ts';
import type { RelativeName } from '../../name.ts';
import { groupLimits, runKinds } from '../format.ts';
import { below, wireLabel, wireLabelAt } from '../names.ts';
import { afterCount, count, damaged, text, u8, u32 } from '../octets.ts';
import { DashedRun } from './dashed-run.ts';
import { LabelledRun } from './labelled-run.ts';
import type { AddressPlaces, Place } from './places.ts';
import { type AskedHost, type HostPlace, noAddress, type Run, tooManyHosts } from './run.ts';

/** Every method throws ImageError, as the constructor does. */
export class HostsReader {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new HostsReader(new Uint8Array(0), 0, 0);

  readonly #octets: Uint8Array;
  readonly #runs: readonly Run[];
  #all: readonly HostPlace[] | undefined;

  /** The runs are all that stands between `from` and `to`. */
  constructor(octets: Uint8Array, from: number, to: number) {
    this.#octets = octets;
    this.#runs = readRuns(octets, from, to);
  }

  get count(): number {
    return this.#runs.reduce((sum, run) => sum + run.count, 0);
  }

  /** In the order by which nodes refer to them. */
  all(): readonly HostPlace[] {
    this.#all ??= this.#ofEachRun((run) => run.hosts());
    return this.#all;
  }

  find(host: AskedHost): HostPlace | undefined {
    for (const run of this.#runs) {
      const found = run.find(host);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether there are hosts below the name, one label above theirs. */
  areBelow(name: AskedHost): boolean {
    return this.#runs.some((run) => run.isBelow(name));
  }

  /** The hosts whose addresses stand at these offsets, which ascend. */
  at(offsets: readonly number[]): readonly HostPlace[] {
    let next = 0;
    const hosts = this.#ofEachRun((run) => {
      const first = next;
      while (next < offsets.length && offsets[next]! < run.to) next += 1;
      return run.at(offsets.slice(first, next));
    });
    if (next < offsets.length) throw noAddress();
    return hosts;
  }

  /** Where all addresses of a family stand. */
  places(family: keyof AddressPlaces): readonly Place[] {
    return this.#ofEachRun((run) => run.places(family));
  }

  /** `base` is the group's base name. */
  nameOf(host: HostPlace, base: RelativeName): RelativeName {
    const { subdomainAt } = host;
    return below(
      this.#labelOf(host),
      subdomainAt === undefined ? base : below(wireLabelAt(this.#octets, subdomainAt), base),
    );
  }

  /** In wire form. */
  #labelOf({ labelAt, ipv4, ipv6 }: HostPlace): string {
    if (labelAt !== undefined) return wireLabelAt(this.#octets, labelAt);
    const { from, length } = ipv4.length > 0 ? ipv4 : ipv6;
    return wireLabel(dashedLabel(text(this.#octets, from, from + length) as Address));
  }

  #ofEachRun<T>(read: (run: Run) => readonly T[]): readonly T[] {
    const [only] = this.#runs;
    if (only !== undefined && this.#runs.length === 1) return read(only);
    const all: T[] = [];
    for (const run of this.#runs) {
      for (const item of read(run)) all.push(item);
      if (all.length > groupLimits.hosts) throw tooManyHosts();
    }
    return all;
  }
}

function readRuns(octets: Uint8Array, from: number, to: number): Run[] {
  const runs: Run[] = [];
  for (let at = from; at < to; ) {
    const lengthAt = afterCount(octets, at + 1);
    const hostsFrom = lengthAt + 4;
    const hostsTo = hostsFrom + u32(octets, lengthAt);
    if (hostsTo > to) throw damaged('a run of hosts reaches behind the end of its group');
    if (hostsTo === hostsFrom) throw damaged('a run has no hosts');
    if (runs.length === groupLimits.hosts) throw tooManyHosts();
    runs.push(readRun(octets, at, hostsFrom, hostsTo));
    at = hostsTo;
  }
  return runs;
}

function readRun(octets: Uint8Array, at: number, hostsFrom: number, hostsTo: number): Run {
  const profile = count(octets, at + 1);
  switch (u8(octets, at)) {
    case runKinds.dashedIpv4:
      return new DashedRun(octets, hostsFrom, hostsTo, profile, 4);
    case runKinds.dashedIpv6:
      return new DashedRun(octets, hostsFrom, hostsTo, profile, 16);
    case runKinds.labelled:
      return new LabelledRun(octets, hostsFrom, hostsTo, profile);
    case runKinds.subdomained: {
      const labelsFrom = hostsFrom + 1 + u8(octets, hostsFrom);
      if (labelsFrom >= hostsTo) throw damaged('a run has no hosts');
      return new LabelledRun(octets, labelsFrom, hostsTo, profile, hostsFrom);
    }
    default:
      throw damaged('hosts are of an unknown kind');
  }
}
