/**
 * Publishing under everything that happens at once: several writers with their retries and lost answers, KV that fails or
 * has too much to do, objects that are restarted, registrations that are changed, deleted and made again while that goes on.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRegistration, type Registration } from '../../../worker/clusters/registration.ts';
import type { KeyPage, KeyValueStore, Machine, StoredValue } from '../../../worker/environment.ts';
import type { PublicationsCalls, Registered, SignedManifest } from '../../../worker/objects.ts';
import { Publications } from '../../../worker/snapshots/publications.ts';
import {
  formatManifest,
  isNewer,
  type Manifest,
  manifestFormat,
  parseManifest,
  takeOver,
  type Version,
} from '../../../zone/manifest.ts';
import { Agent, clusterId } from '../support/agent.ts';
import { MemoryStorage } from '../support/objects.ts';

const cluster = clusterId('local');
const contents = { kind: 'live', counts: { names: 1, groups: 1, addresses: 1 } } as const;

type Outcome = 'works' | 'fails' | 'too many' | 'works but says that it fails';

/** One value; how each write ends is told before. Other calls may come while a write is on its way. */
class FaultyStore implements KeyValueStore {
  readonly writes: Version[] = [];
  /** Noted and not thrown: who writes takes an error for a failure of KV. */
  readonly wrong: string[] = [];
  readonly #bodies = new Map<string, string>();
  stored: { body: string; metadata: unknown } | undefined;
  readonly #outcomes: Outcome[];

  constructor(outcomes: readonly Outcome[]) {
    this.#outcomes = [...outcomes];
  }

  get = unused as KeyValueStore['get'];

  async getWithMetadata(): Promise<StoredValue> {
    const { stored } = this;
    if (stored === undefined) return { value: null, metadata: null };
    return { value: new Response(stored.body).body as StoredValue['value'], metadata: stored.metadata };
  }

  async put(_: string, value: string | Uint8Array, options?: { metadata?: unknown }): Promise<void> {
    const outcome = this.#outcomes.shift() ?? 'works';
    await pause();
    if (outcome === 'fails') throw new Error('KV PUT failed: 500 Internal Server Error');
    if (outcome === 'too many') throw new Error('KV PUT failed: 429 Too Many Requests');
    const metadata = options?.metadata as { manifest: string };
    const manifest = parseManifest(metadata.manifest)!;
    this.stored = { body: String(value), metadata };
    const before = this.writes.at(-1);
    if (before !== undefined && isNewer(before, manifest)) this.wrong.push('KV went back');
    this.writes.push(manifest);
    if ((this.bodyOf(manifest) ?? String(value)) !== String(value)) this.wrong.push('one version, two bodies');
    this.#bodies.set(`${manifest.epoch}/${manifest.serial}`, String(value));
    if (outcome !== 'works') throw new Error('KV PUT failed: 500 Internal Server Error');
  }

  /** What was ever written under the version. */
  bodyOf({ epoch, serial }: Version): string | undefined {
    return this.#bodies.get(`${epoch}/${serial}`);
  }

  async delete(): Promise<void> {
    await pause();
    this.stored = undefined;
  }

  async list(): Promise<KeyPage> {
    return unused();
  }
}

function unused(): never {
  throw new Error('not needed here');
}

/** Gives way to whoever else wants to do something. */
function pause(): Promise<void> {
  return Promise.resolve();
}

const machine: Machine = { now: () => 0, sleep: pause, random: () => 0, fetch: unused, log: () => {} };

/** A writer: numbers its publishes as an agent does, and forgets everything when it is restarted. */
class Writer {
  next: Version;
  last: { signed: SignedManifest; body: Uint8Array } | undefined;

  constructor(now: number) {
    this.next = { epoch: now, serial: 1 };
  }
}

type Step =
  | { readonly kind: 'publish'; readonly writer: number; readonly content: number; readonly isAnswerLost: boolean }
  | { readonly kind: 'repeat'; readonly writer: number }
  | { readonly kind: 'new writer'; readonly writer: number }
  | { readonly kind: 'restart' | 'delete' | 'register' | 'settle' };

const writers = fc.nat({ max: 2 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      writer: writers,
      content: fc.nat({ max: 3 }),
      isAnswerLost: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('repeat' as const), writer: writers }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('new writer' as const), writer: writers }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restart', 'delete', 'register') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);
const outcomes = fc.array(
  fc.constantFrom<Outcome>('works', 'works', 'works', 'fails', 'too many', 'works but says that it fails'),
  { maxLength: 40 },
);

/** What is on its way out of KV was once answered as if it stayed. */
const repeatedWhileTakenAway: [Step[], Outcome[]][] = [
  [
    [
      { kind: 'publish', writer: 0, content: 0, isAnswerLost: false },
      { kind: 'settle' },
      { kind: 'delete' },
      { kind: 'repeat', writer: 0 },
    ],
    [],
  ],
];

test('KV never goes back, one version has one body, and what is answered as stored is stored', async () => {
  const agent = await Agent.create();
  const registration = parseRegistration({ publicKeys: [agent.publicKey], zones: ['cluster.local'] }) as Registration;

  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40 }), outcomes, async (script, writes) => {
      const store = new FaultyStore(writes);
      const storage = new MemoryStorage();
      let revision = 1;
      let registered: Registered = { registration, revision };
      const registry = { registrationOf: async () => registered };
      const start = (): PublicationsCalls => new Publications(storage, store, registry, machine);
      let object = start();
      let now = 1000;
      const fleet = [0, 1, 2].map(() => new Writer(now));
      const under: Promise<unknown>[] = [];
      /** The newest that an answer called stored, since the cluster was last taken away. */
      let promised: Version | undefined;

      const send = async (writer: Writer, isAnswerLost: boolean): Promise<void> => {
        const { signed, body } = writer.last!;
        const version: Version = signed.manifest;
        const asked = registered;
        const considered = await object.consider(signed, asked);
        const answer =
          considered.kind === 'acceptable' ? await object.store(signed, body, contents, asked) : considered;
        if (answer.kind === 'stored' || answer.kind === 'repeated') {
          expect(store.bodyOf(version), 'it was told that another body is stored').toBe(String(body));
        }
        if ((answer.kind === 'stored' || answer.kind === 'repeated') && asked.revision === registered.revision) {
          if (promised === undefined || isNewer(version, promised)) promised = version;
        }
        if (isAnswerLost) return;
        if (answer.kind === 'not-newer') writer.next = takeOver(answer.stored, now * 1000);
      };
      const publish = async (writer: Writer, content: number, isAnswerLost: boolean): Promise<void> => {
        const body = new TextEncoder().encode(`content ${content}`);
        const manifest: Manifest = {
          format: manifestFormat,
          cluster,
          ...writer.next,
          generatedAt: now,
          length: body.length,
          sha256: String(content).repeat(64),
        };
        writer.next = { epoch: writer.next.epoch, serial: writer.next.serial + 1 };
        const { manifestText: text, signature } = await agent.signed(manifest, formatManifest(manifest), body);
        writer.last = { signed: { text, signature, manifest }, body };
        await send(writer, isAnswerLost);
      };
      const withdraw = async (until: number): Promise<void> => {
        for (;;) {
          const { kind } = await object.withdraw(cluster, until, registration);
          if (kind === 'withdrawn') return;
          await pause();
        }
      };
      const settle = async (): Promise<void> => {
        await Promise.all(under.splice(0));
      };

      for (const step of script) {
        now += 1;
        switch (step.kind) {
          case 'publish':
            under.push(publish(fleet[step.writer]!, step.content, step.isAnswerLost));
            break;
          case 'repeat':
            if (fleet[step.writer]!.last !== undefined) under.push(send(fleet[step.writer]!, false));
            break;
          case 'new writer':
            fleet[step.writer] = new Writer(now);
            break;
          case 'restart':
            // The platform runs one object of a name at a time.
            await settle();
            object = start();
            break;
          case 'register':
            revision += 1;
            registered = { registration, revision };
            break;
          case 'delete':
            revision += 1;
            under.push(withdraw(revision));
            promised = undefined;
            // It is there again before anything else happens.
            revision += 1;
            registered = { registration, revision };
            break;
          case 'settle':
            await settle();
        }
      }
      await settle();

      expect(store.wrong).toEqual([]);
      if (promised !== undefined) {
        expect(store.stored, 'what was stored is gone').toBeDefined();
        expect(isNewer(promised, store.writes.at(-1)!), 'what was stored is neither there nor succeeded').toBe(false);
      }

      // Whatever happened: a writer that begins now gets through when KV works again.
      const fresh = new Writer(now + 1);
      for (let attempt = 0; attempt < 50; attempt += 1) await publish(fresh, 0, false);
      const { serial } = fresh.last!.signed.manifest;
      expect(store.writes.at(-1)).toMatchObject({ serial });
    }),
    { numRuns: 300, examples: repeatedWhileTakenAway },
  );
}, 60_000);
