/**
 * What an isolate answers questions from, without the doors in front of it: the directory and the reader over a store, and
 * what is published written straight into that store.
 */
import { reply } from '../../../worker/answers/respond.ts';
import { Directory } from '../../../worker/clusters/directory.ts';
import { formatRegistrations, parseRegistration, type Registration } from '../../../worker/clusters/registration.ts';
import { type KeyValueStore, type Machine, withNamedFailures } from '../../../worker/environment.ts';
import { encodeAnswer } from '../../../worker/message/answer.ts';
import { parseQuery } from '../../../worker/message/query.ts';
import { SnapshotReader } from '../../../worker/snapshots/reader.ts';
import type { Served } from '../../../worker/snapshots/served.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { kvKeys } from '../../../zone/keys.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { type DecodedAnswer, decodeAnswer } from '../message/decode-answer.ts';
import { Agent, clusterId, type Publication } from './agent.ts';
import { ObservedStore } from './observed-store.ts';
import { queryFor } from './question.ts';
import { TestMachine } from './test-machine.ts';

/** Memory of one isolate. */
export class Isolate {
  readonly directory: Directory;
  readonly #reader: SnapshotReader;
  readonly #machine: Machine;

  constructor(store: KeyValueStore, machine: Machine) {
    const named = withNamedFailures(store);
    this.directory = new Directory(named, machine);
    this.#reader = new SnapshotReader(named, this.directory, machine);
    this.#machine = machine;
  }

  read(cluster: string, background: (work: Promise<void>) => void = () => {}): Promise<Served> {
    return this.#reader.read(clusterId(cluster), background);
  }

  async ask(
    name: string,
    options: { type?: string; cluster?: string; background?: (work: Promise<void>) => void } = {},
  ): Promise<DecodedAnswer> {
    const served = await this.read(options.cluster ?? 'local', options.background);
    return answerFrom(served, name, options.type ?? 'A', this.#machine.now());
  }
}

/** What is answered from a snapshot that was read before. */
export function answerFrom(served: Served, name: string, type: string, now: number): DecodedAnswer {
  const message = parseQuery(queryFor(name, type));
  if (message.kind !== 'query') throw new Error(`"${name}" is no question`);
  const answer = reply(message.query, served, now);
  if (answer.kind === 'forward') throw new Error('nobody else is asked here');
  return decodeAnswer(encodeAnswer(answer, () => 0));
}

/** One isolate, and what the rest of the Worker does to its store. */
export class Reading {
  readonly store = new ObservedStore();
  readonly machine = new TestMachine();
  readonly registrations = new Map<ClusterId, Registration>();
  readonly agent: Agent;
  isolate = new Isolate(this.store, this.machine);

  private constructor(agent: Agent) {
    this.agent = agent;
  }

  static async start(): Promise<Reading> {
    return new Reading(await Agent.create());
  }

  /** With `local` registered and published. */
  static async startWith(snapshot: Snapshot): Promise<Reading> {
    const reading = await Reading.start();
    await reading.register('local');
    await reading.publish(snapshot);
    return reading;
  }

  /** As `startWith`; it has answered once, and its calls are counted from then on. */
  static async startAsked(snapshot: Snapshot): Promise<Reading> {
    const reading = await Reading.startWith(snapshot);
    await reading.isolate.ask('web.shop.svc.cluster.local');
    reading.store.calls.length = 0;
    return reading;
  }

  /** Another isolate, which remembers nothing, in the place of this one. */
  restart(): Isolate {
    this.store.calls.length = 0;
    this.isolate = new Isolate(this.store, this.machine);
    return this.isolate;
  }

  async register(cluster: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const json = { publicKeys: [this.agent.publicKey], zones: ['cluster.local'], ...fields };
    const registration = parseRegistration(json);
    if ('reason' in registration) throw new Error(registration.reason);
    this.registrations.set(clusterId(cluster), registration);
    await this.store.put(kvKeys.registry, formatRegistrations(this.registrations));
  }

  async unregister(cluster: string): Promise<void> {
    this.registrations.delete(clusterId(cluster));
    await this.store.put(kvKeys.registry, formatRegistrations(this.registrations));
  }

  /** Signed by the agent that is registered, and made now, unless told otherwise. */
  async publish(snapshot: Snapshot, fields: Parameters<Agent['publication']>[1] = {}): Promise<void> {
    await this.put(await this.agent.publication(snapshot, { generatedAt: this.machine.now(), ...fields }));
  }

  put({ manifest, manifestText, signature, body }: Publication): Promise<void> {
    return this.store.put(kvKeys.snapshot(manifest.cluster), body, { metadata: { manifest: manifestText, signature } });
  }

  ask(name = 'web.shop.svc.cluster.local', options?: Parameters<Isolate['ask']>[1]): Promise<DecodedAnswer> {
    return this.isolate.ask(name, options);
  }
}
