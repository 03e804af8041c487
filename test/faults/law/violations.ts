/** What was seen that must never be. Each is one line; the first of a kind tells enough. */

export class Violations {
  readonly #lines = new Map<string, string>();

  /** `kind` tells those apart that are worth a line of their own. */
  note(kind: string, line: string): void {
    if (!this.#lines.has(kind)) this.#lines.set(kind, line);
  }

  /** Those since the last call. */
  take(): readonly string[] {
    const lines = [...this.#lines.values()];
    this.#lines.clear();
    return lines;
  }
}
