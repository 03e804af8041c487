/**
 * The addresses of names outside the zones, as this system finds them: hosts file, whatever its administrator configured,
 * DNS. getaddrinfo(3) knows all of that; it keeps one of Node's four threads for as long as it takes.
 */
import { lookup } from 'node:dns/promises';
import { formatName, labelsOf, type Name } from '../../zone/name.ts';
import type { Chase, ChasedAddresses } from '../stub/contract.ts';
import type { AddressType } from './address-question.ts';
import { hostsAddresses, readHostsFile } from './hosts-file.ts';
import { type RememberOptions, rememberedChase } from './remembered-chase.ts';
import { settledSoon } from './settled-soon.ts';

/** The system does not tell TTLs. Some systems say that a name is none while they have no network. */
const ttlSeconds = 30;
const negativeTtlSeconds = 5;

/** Clients want to hear something before they ask again. */
const patienceMilliseconds = 2000;

/** Remembers what the system says. Undefined also when it takes longer than two seconds. */
export function chaseThroughSystem(options: RememberOptions = {}): Chase {
  const turns = new LookupTurns();
  const chase = rememberedChase((target, type) => turns.take(() => systemAddresses(target, type)), options);
  // What comes later is remembered all the same.
  return (target, type) => settledSoon(chase(target, type), patienceMilliseconds, undefined);
}

async function systemAddresses(target: Name, type: AddressType): Promise<ChasedAddresses | undefined> {
  if (!isHostName(target)) return undefined;
  const text = formatName(target);
  const family = type === 'A' ? 4 : 6;
  // glibc looks for no name with a final dot there.
  const fixed = hostsAddresses(readHostsFile(), text).filter(isOf(family));
  if (fixed.length > 0) return { addresses: fixed, ttlSeconds };
  // No name, but what some systems take for an address.
  if (/^(\d+|0x[\da-f]*)$/.test(labelsOf(target).at(-1) ?? '')) return { addresses: [], ttlSeconds };
  try {
    // With its final dot, no search list is tried.
    const found = await lookup(text, { family, all: true });
    return { addresses: found.map(({ address }) => address), ttlSeconds };
  } catch (error) {
    return hasNone(error) ? { addresses: [], ttlSeconds: negativeTtlSeconds } : undefined;
  }
}

/** Whether text would say the same: systems disagree about escapes. */
function isHostName(name: Name): boolean {
  return name.length > 1 && labelsOf(name).every((label) => /^[\w-]+$/.test(label));
}

function isOf(family: 4 | 6): (address: string) => boolean {
  return (address) => address.includes(':') === (family === 6);
}

const noAddress: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_ADDRFAMILY']);

function hasNone(error: unknown): boolean {
  return noAddress.has((error as NodeJS.ErrnoException).code);
}

/** Half of the threads; files and others' lookups need them too. */
const maxAtOnce = 2;
const maxWaiting = 100;

/** A few lookups at once. Whoever waited too long is not looked up any more, since nobody waits for him. */
class LookupTurns {
  #atOnce = 0;
  readonly #waiting: (() => void)[] = [];

  async take<T>(look: () => Promise<T>): Promise<T | undefined> {
    if (this.#atOnce < maxAtOnce) this.#atOnce += 1;
    else if (!(await this.#turn())) return undefined;
    try {
      return await look();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atOnce -= 1;
      else next();
    }
  }

  /** Whether it came; then the place of whoever gave it is taken. */
  #turn(): Promise<boolean> {
    if (this.#waiting.length >= maxWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const next = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(next), 1);
        resolve(false);
      }, patienceMilliseconds);
      this.#waiting.push(next);
    });
  }
}
