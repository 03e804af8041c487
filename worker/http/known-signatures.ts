/**
 * Whose a publish or a read is, as far as this isolate knows: what anybody may ask as often as he likes. The registrations are read
 * from KV once in 30 seconds; apart from the directory, so that publishing does not age what questions are answered by.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { manifestHeader, signatureHeader, signedOctets } from '../../zone/manifest.ts';
import { readHeader, snapshotReadOctets } from '../../zone/snapshot-read.ts';
import { supplementSignedOctets } from '../../zone/supplement/manifest.ts';
import type { Statement } from '../access/authorization.ts';
import { Remembered } from '../access/remembered.ts';
import { parseRegistrations, type Registrations } from '../clusters/registration.ts';
import { type KeyValueStore, kvCacheSeconds, type Machine, StoreError } from '../environment.ts';
import { isSignedBy } from '../snapshots/signature.ts';

const freshMilliseconds = 30_000;
/** Nothing is allowed by what is known here, so it may be old. */
const troubleMilliseconds = 24 * 60 * 60 * 1000;
const retryMilliseconds = 1000;

/** What agents sign. */
export const statements = {
  snapshot: { header: manifestHeader, octetsOf: signedOctets },
  remarks: { header: manifestHeader, octetsOf: (text) => supplementSignedOctets('remarks', text) },
  endpoints: { header: manifestHeader, octetsOf: (text) => supplementSignedOctets('endpoints', text) },
  read: { header: readHeader, octetsOf: snapshotReadOctets },
} as const satisfies Readonly<Record<string, Statement>>;

const nothingRegistered: Registrations = new Map();

export class KnownSignatures {
  readonly #registrations: Remembered<Registrations>;

  constructor(store: KeyValueStore, machine: Machine) {
    const source = {
      read: () => readRegistrations(store),
      freshMilliseconds: () => freshMilliseconds,
      troubleMilliseconds: () => troubleMilliseconds,
      tooLate: () => new StoreError('the store did not answer in time'),
      retryMilliseconds,
    };
    this.#registrations = new Remembered(source, machine);
  }

  /** Whether a key that the cluster is known to have signed the statement. While nothing is known, nobody has. */
  async isGood({ headers }: Request, cluster: ClusterId, { header, octetsOf }: Statement): Promise<boolean> {
    const text = headers.get(header);
    const signature = headers.get(signatureHeader);
    if (text === null || signature === null) return false;
    try {
      const registration = (await this.#registrations.current()).get(cluster);
      return registration !== undefined && (await isSignedBy(registration.publicKeys, text, signature, octetsOf));
    } catch (error) {
      if (error instanceof StoreError) return false;
      throw error;
    }
  }
}

/** What is damaged counts as nothing; readers of questions say so. */
async function readRegistrations(store: KeyValueStore): Promise<Registrations> {
  const text = await store.get(kvKeys.registry, { type: 'text', cacheTtl: kvCacheSeconds });
  return (text === null ? undefined : parseRegistrations(text)?.registrations) ?? nothingRegistered;
}
