/**
 * EndpointSlices that change at a steady pace, as pods are replaced: each time another endpoint gets an address that nobody
 * had, and the slice says when.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, addressFromOctets, formatAddress } from '../../../zone/address.ts';
import type { ApiServer } from '../../cluster/control-plane/api-server.ts';
import type { SyntheticCluster } from '../cluster.ts';
import { SeededRandom } from '../seeded-random.ts';
import { slicePath } from './filling.ts';
import { triggerTimeAnnotation } from './objects.ts';

export interface Change {
  /** Appears nowhere else. */
  readonly address: Address;
  /** By `Date.now`. */
  readonly triggeredAt: number;
}

/** Of a cluster in an API server. Changes go on where the ones before ended. */
export class Changes {
  readonly #api: ApiServer;
  readonly #places: Generator<Place, undefined, undefined>;
  #count = 0;

  constructor(api: ApiServer, cluster: SyntheticCluster) {
    this.#api = api;
    this.#places = placesOf(cluster);
  }

  /** Calls back as each change is sent. Resolves when all are accepted. */
  async make(perSecond: number, seconds: number, onChange: (change: Change) => void): Promise<void> {
    const startedAt = performance.now();
    const pending: Promise<unknown>[] = [];
    for (let i = 0; i < perSecond * seconds; i += 1) {
      await sleep(Math.max(0, startedAt + (i / perSecond) * 1000 - performance.now()));
      pending.push(this.#makeOne(onChange));
    }
    await Promise.all(pending);
  }

  #makeOne(onChange: (change: Change) => void): Promise<unknown> {
    const { value: place } = this.#places.next();
    if (place === undefined) throw new Error('every endpoint was replaced already: choose a larger cluster');
    this.#count += 1;
    const triggeredAt = Date.now();
    const address = freshAddress(this.#count);
    onChange({ address, triggeredAt });
    const annotation = triggerTimeAnnotation.replaceAll('~', '~0').replaceAll('/', '~1');
    return this.#api({
      method: 'PATCH',
      path: slicePath(place.namespace, place.slice),
      contentType: 'application/json-patch+json',
      body: [
        { op: 'replace', path: `/endpoints/${place.endpoint}/addresses/0`, value: formatAddress(address) },
        { op: 'replace', path: `/metadata/annotations/${annotation}`, value: new Date(triggeredAt).toISOString() },
      ],
    });
  }
}

interface Place {
  readonly namespace: string;
  readonly slice: string;
  readonly endpoint: number;
}

/** Every endpoint once, in no order: one that were replaced twice within a window might never be published. */
function* placesOf({ services }: SyntheticCluster): Generator<Place, undefined, undefined> {
  const places = services.flatMap(({ slices }) =>
    slices.flatMap(({ namespace, name, endpoints }) =>
      endpoints.map((_, endpoint): Place => ({ namespace, slice: name, endpoint })),
    ),
  );
  for (const number of new SeededRandom(places.length).permutation(places.length)) yield places[number]!;
  return undefined;
}

/** The synthetic cluster has none of 10.200.0.0/13. */
function freshAddress(number: number): Address {
  return addressFromOctets([10, 200 + (number >> 16), (number >> 8) & 255, number & 255]);
}
