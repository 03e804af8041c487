/** Values by a group's key and their own. A group exists while it has a value. No I/O. */

export class NestedIndex<T> {
  readonly #groups = new Map<string, Map<string, T>>();

  get groups(): ReadonlyMap<string, ReadonlyMap<string, T>> {
    return this.#groups;
  }

  set(group: string, key: string, value: T): void {
    const values = this.#groups.get(group);
    if (values === undefined) this.#groups.set(group, new Map([[key, value]]));
    else values.set(key, value);
  }

  remove(group: string, key: string): void {
    const values = this.#groups.get(group);
    values?.delete(key);
    if (values?.size === 0) this.#groups.delete(group);
  }
}
