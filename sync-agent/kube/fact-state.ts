/** What is known for supplements now. No I/O; each event costs its size. */
import type { ObservedFacts, ServiceFacts, SliceFacts } from '../facts.ts';
import { NestedIndex } from './nested-index.ts';
import { Store } from './store.ts';

export class FactState implements ObservedFacts {
  readonly #slicesByService = new NestedIndex<SliceFacts>();
  readonly serviceStore: Store<ServiceFacts>;
  readonly sliceStore: Store<SliceFacts>;

  /** `onChange` is called for every object that is not what it was; it must not throw. */
  constructor(onChange: () => void) {
    this.serviceStore = new Store<ServiceFacts>(onChange);
    this.sliceStore = new Store<SliceFacts>((key, before, after) => {
      if (before !== undefined) this.#slicesByService.remove(ownerOf(before), key);
      if (after !== undefined) this.#slicesByService.set(ownerOf(after), key, after);
      onChange();
    });
  }

  get services(): ReadonlyMap<string, ServiceFacts> {
    return this.serviceStore.values;
  }

  get slicesByService(): ReadonlyMap<string, ReadonlyMap<string, SliceFacts>> {
    return this.#slicesByService.groups;
  }
}

function ownerOf({ namespace, service }: SliceFacts): string {
  return `${namespace}/${service}`;
}
