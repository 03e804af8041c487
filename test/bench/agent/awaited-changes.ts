/** How long changes take to be in a snapshot at the edge, seen from outside: every snapshot is opened and looked through. */
import { gunzipSync } from 'node:zlib';
import { octetsOf } from '../../../zone/address.ts';
import { openImage } from '../../../zone/image/open.ts';
import type { Change } from './changes.ts';

export class AwaitedChanges {
  /** Of each change that was published. */
  readonly seconds: number[] = [];
  #pending: Change[] = [];
  #wake: () => void = () => {};

  add(change: Change): void {
    this.#pending.push(change);
  }

  /** A snapshot was stored just now. */
  note(body: Uint8Array): void {
    const now = Date.now();
    const image = openImage(gunzipSync(body));
    const reverse = image.kind === 'live' ? image.zones.find((zone) => zone.kind === 'reverse') : undefined;
    const isIn = ({ address }: Change): boolean => (reverse?.pointers(octetsOf(address))?.targets.length ?? 0) > 0;
    const { published = [], missing = [] } = Object.groupBy(this.#pending, (change) =>
      isIn(change) ? 'published' : 'missing',
    );
    for (const { triggeredAt } of published) this.seconds.push((now - triggeredAt) / 1000);
    this.#pending = missing;
    this.#wake();
  }

  /** Resolves when none is missing any more. */
  async allPublished(): Promise<void> {
    while (this.#pending.length > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
