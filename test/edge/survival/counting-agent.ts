/** What an agent does, all the time: publishes snapshots, each with the next number in it, and notes what the edge has accepted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messagesOnly } from '../../../sync-agent/log-writer.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { Publisher } from '../../../sync-agent/publish/publisher.ts';
import type { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { apex, parseName, parseRelativeName } from '../../../zone/name.ts';
import type { Chance } from '../../cluster/differential/chance.ts';

export const zone = 'cluster.local';
/** Its TXT record is the number. */
export const numberName = `number.probe.svc.${zone}`;

/** Enough that a write takes a while: it is written down in several parts. */
const ballastOctets = 300_000;

export class CountingAgent {
  /** The greatest number of which the edge has said that it is stored. */
  accepted = 0;
  /** The greatest number that was sent. */
  sent = 0;
  readonly #publisher: Publisher;
  readonly #ballast: readonly string[];
  readonly #stop = new AbortController();
  #over: Promise<void> = Promise.resolve();

  constructor(url: URL, cluster: ClusterId, key: SigningKey, chance: Chance) {
    const octets = Array.from({ length: ballastOctets }, () => String.fromCharCode(33 + chance.below(90)));
    this.#ballast = octets.join('').match(/.{1,250}/gs) ?? [];
    this.#publisher = new Publisher({
      cluster,
      edge: new HttpEdge(url, key, 5000),
      // Waits as it would, but for less long: there is no one to spare.
      clock: { now: Date.now, steadyNow: () => performance.now(), sleep: async () => void (await sleep(20)) },
      random: () => chance.below(1000) / 1000,
      log: messagesOnly(() => {}),
    });
  }

  start(): void {
    this.#over = this.#publishOn(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#over;
  }

  async #publishOn(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        this.sent += 1;
        const number = this.sent;
        const publishable = { image: this.#image(number), generatedAt: Date.now() };
        await this.#publisher.publish(publishable, () => publishable, signal);
        this.accepted = number;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #image(number: number): Uint8Array {
    const group = { ttlSeconds: 5, own: [], hosts: [], hasPointers: false, answersDashed: false } as const;
    const text = (base: string, texts: readonly (readonly string[])[]) => ({
      ...group,
      base: parseRelativeName(base),
      nodes: [
        { prefix: apex, addresses: 'none', services: [], rrsets: [{ type: 'TXT', ttlSeconds: 5, texts }] },
      ] as const,
    });
    const groups = [
      text('number.probe.svc', [[String(number)]]),
      ...this.#ballast.map((part, i) => text(`ballast-${i}.probe.svc`, [[part]])),
    ];
    return encodeSnapshot({
      kind: 'live',
      zones: [{ kind: 'cluster', origins: [parseName(zone)], ttlSeconds: 5, groups }],
    });
  }
}
