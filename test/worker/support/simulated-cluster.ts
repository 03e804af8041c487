/**
 * A cluster that publishes through the real Durable Objects' code into simulated KV, with agents that are followed by
 * others, come back, have clocks that differ, and retire the cluster. Each snapshot says which it is in all its names.
 */
import { gzipSync } from 'node:zlib';
import { parseRegistration, type Registration } from '../../../worker/clusters/registration.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import type { Manifest, Version } from '../../../zone/manifest.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { Agent, clusterId } from './agent.ts';
import { LocalObjects } from './objects.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { KvLocation } from './workers-kv.ts';
import { address, group, node, snapshot } from './zone.ts';

/** Always there, with one address, which both have and which says the version. */
export const alwaysThere = ['web.shop.svc.cluster.local', 'twin.shop.svc.cluster.local'] as const;
/** There in snapshots with an odd serial. */
export const sometimesThere = 'odd.shop.svc.cluster.local';

export function addressOf({ epoch, serial }: Version): string {
  return `10.${epoch}.${serial >> 8}.${serial & 255}`;
}

function contentOf(version: Version): Snapshot {
  const own = [address(addressOf(version))];
  const named = (base: string) => group(base, { own, nodes: [node('', { addresses: 'base' })] });
  return snapshot(['web.shop.svc', 'twin.shop.svc', ...(version.serial % 2 ? ['odd.shop.svc'] : [])].map(named));
}

/** One agent's run. */
interface Writer {
  readonly epoch: number;
  serial: number;
  /** How much its clock is ahead. */
  readonly aheadMilliseconds: number;
}

const cluster = clusterId('local');

export class SimulatedCluster {
  readonly time: SimulatedTime;
  readonly objects: LocalObjects;
  /** What was stored last, as the agent was told. */
  stored: Manifest | undefined;
  /** The address of every version of which a publish was begun, and not refused as too old. */
  readonly begun = new Set<string>();
  /** Publishes that were not taken, by kind. */
  readonly refusals: Record<string, number> = {};
  readonly #agent: Agent;
  readonly #registration: Registration;
  #writer: Writer = { epoch: 1, serial: 0, aheadMilliseconds: 0 };
  readonly #zombies: Writer[] = [];
  #publishing: Promise<void> | undefined;

  private constructor(time: SimulatedTime, at: KvLocation, agent: Agent) {
    this.time = time;
    this.objects = new LocalObjects(at, time);
    this.#agent = agent;
    const json = { publicKeys: [agent.publicKey], zones: ['cluster.local'] };
    this.#registration = parseRegistration(json) as Registration;
  }

  static async start(time: SimulatedTime, at: KvLocation): Promise<SimulatedCluster> {
    return new SimulatedCluster(time, at, await Agent.create());
  }

  /** Nothing when it is registered. */
  async register(): Promise<void> {
    if ((await this.objects.registry.registrationOf(cluster)) !== undefined) return;
    await this.objects.registry.register(cluster, this.#registration, []);
  }

  async unregister(): Promise<void> {
    await this.objects.registry.unregister(cluster);
  }

  /** Another agent takes over; the one before may not know it yet. */
  failOver(): void {
    this.#zombies.push(this.#writer);
    const aheadMilliseconds = this.time.chance.below(240_000) - 120_000;
    this.#writer = { epoch: this.#writer.epoch + 1, serial: this.#writer.serial + 1, aheadMilliseconds };
  }

  /** An agent that begins with this epoch, after this serial. */
  beginAgain(epoch: number, serial = 0, aheadMilliseconds = 0): void {
    this.#writer = { epoch, serial, aheadMilliseconds };
  }

  /** Nothing while a publish is under way: its object cannot be taken from it. */
  restartObjects(): void {
    if (this.#publishing === undefined) this.objects.restart();
  }

  /** The next snapshot, or none when the last one is still under way. */
  publish(kind: 'live' | 'retired' = 'live'): Promise<void> {
    this.#publishing ??= this.#publish(this.#writer, kind).finally(() => {
      this.#publishing = undefined;
    });
    return this.#publishing;
  }

  /** An agent that was followed by another goes on as if it had not been. */
  async publishAsZombie(): Promise<void> {
    const zombie = this.#zombies[this.time.chance.below(this.#zombies.length)];
    if (zombie !== undefined) await this.#publish(zombie, 'live');
  }

  async #publish(writer: Writer, kind: 'live' | 'retired'): Promise<void> {
    writer.serial += 1;
    const version = { epoch: writer.epoch, serial: writer.serial };
    const body = new Uint8Array(gzipSync(encodeSnapshot(kind === 'live' ? contentOf(version) : { kind })));
    const generatedAt = this.time.now() + writer.aheadMilliseconds;
    const publication = await this.#agent.publication({ kind: 'retired' }, { ...version, generatedAt, body });
    const { manifest, manifestText: text, signature } = publication;
    const refuse = (kind: string): void => {
      this.refusals[kind] = (this.refusals[kind] ?? 0) + 1;
    };
    try {
      const registered = await this.objects.registry.registrationOf(cluster);
      if (registered === undefined) return refuse('not-registered');
      this.begun.add(addressOf(version));
      const contents = { kind, counts: { names: 3, groups: 3, addresses: 3 } };
      const signed = { text, signature, manifest };
      const result = await this.objects.publicationsOf(cluster).store(signed, body, contents, registered);
      if (result.kind === 'stored') this.stored = manifest;
      else refuse(result.kind);
      if (result.kind === 'not-newer') this.begun.delete(addressOf(version));
    } catch {
      // An object that knows nothing asks KV, which may fail.
      refuse('unreached');
    }
  }
}
