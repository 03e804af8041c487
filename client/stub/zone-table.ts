/** Whose a name is: that of the longest zone that it ends with, on label boundaries. */
import type { Name, SpelledName } from '../../zone/name.ts';

export interface ZoneHolder {
  readonly zones: readonly Name[];
}

export class ZoneTable<T extends ZoneHolder> {
  readonly #holders = new Map<string, T>();

  /** Of two with the same zone, the first has it. */
  constructor(holders: readonly T[]) {
    for (const holder of holders) {
      for (const zone of holder.zones) if (!this.#holders.has(zone)) this.#holders.set(zone, holder);
    }
  }

  /** `name` with its letters folded. */
  holderOf(name: SpelledName): T | undefined {
    for (let at = 0; at < name.length; at += 1 + name.charCodeAt(at)) {
      const holder = this.#holders.get(name.slice(at));
      if (holder !== undefined) return holder;
    }
    return undefined;
  }
}
