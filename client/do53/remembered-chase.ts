/** What was found of names, kept for its TTL; and for one name one search at a time. */
import type { Chase, ChasedAddresses, Clock } from '../stub/contract.ts';

export interface RememberOptions {
  /** This machine's unless given. */
  readonly clock?: Clock;
}

const systemClock: Clock = {
  wallMilliseconds: () => Date.now(),
  steadyMilliseconds: () => performance.now(),
};

/** The oldest go first. */
const maxRemembered = 1000;

interface Remembered {
  readonly found: ChasedAddresses;
  readonly wallMilliseconds: number;
  readonly steadyMilliseconds: number;
}

/** What it gives from memory has the rest of its TTL. That nobody could tell is not remembered. */
export function rememberedChase(chase: Chase, { clock = systemClock }: RememberOptions = {}): Chase {
  const remembered = new Map<string, Remembered>();
  const underWay = new Map<string, Promise<ChasedAddresses | undefined>>();

  const restOf = (key: string): ChasedAddresses | undefined => {
    const known = remembered.get(key);
    if (known === undefined) return undefined;
    const { addresses, ttlSeconds } = known.found;
    const ageMilliseconds = Math.max(
      clock.wallMilliseconds() - known.wallMilliseconds,
      clock.steadyMilliseconds() - known.steadyMilliseconds,
    );
    const restSeconds = ttlSeconds - Math.floor(ageMilliseconds / 1000);
    if (restSeconds > 0) return { addresses, ttlSeconds: restSeconds };
    remembered.delete(key);
    return undefined;
  };

  const remember = (key: string, found: ChasedAddresses): void => {
    if (found.ttlSeconds <= 0) return;
    remembered.delete(key);
    remembered.set(key, {
      found,
      wallMilliseconds: clock.wallMilliseconds(),
      steadyMilliseconds: clock.steadyMilliseconds(),
    });
    if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!);
  };

  return async (target, type) => {
    const key = `${type} ${target}`;
    const known = restOf(key) ?? underWay.get(key);
    if (known !== undefined) return known;
    const search = chase(target, type);
    underWay.set(key, search);
    try {
      const found = await search;
      if (found !== undefined) remember(key, found);
      return found;
    } finally {
      underWay.delete(key);
    }
  };
}
