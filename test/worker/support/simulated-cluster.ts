/**
 * A cluster that publishes as the Worker lets it, through the real Durable Objects' code into simulated KV, with agents that
 * are followed by others, come back, have clocks that differ, send slowly, and retire the cluster, and an administrator who
 * replaces its key. Each snapshot says which it is in all its names.
 */
import { gzipSync } from 'node:zlib';
import { parseRegistration, type Registration } from '../../../worker/clusters/registration.ts';
import { acceptSnapshot } from '../../../worker/snapshots/accept.ts';
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
  readonly agent: Agent;
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
  /** Publishes that were not taken, by code or kind. */
  readonly refusals: Record<string, number> = {};
  /** What was stored though it may not have been. */
  readonly wrong = new Set<string>();
  /** How much of a slow body is waited for. */
  slowness = 0;
  readonly #agents: readonly Agent[];
  #writer: Writer;
  readonly #zombies: Writer[] = [];
  #publishing: Promise<void> | undefined;
  /** Calls of objects that have not ended. */
  #underWay = 0;
  /** That the administrator knows to sign: undefined while he does not know. */
  #signer: Agent | undefined;

  private constructor(time: SimulatedTime, at: KvLocation, agents: readonly Agent[]) {
    this.time = time;
    this.objects = new LocalObjects(at, time);
    this.#agents = agents;
    this.#writer = { agent: agents[0]!, epoch: 1, serial: 0, aheadMilliseconds: 0 };
  }

  static async start(time: SimulatedTime, at: KvLocation): Promise<SimulatedCluster> {
    return new SimulatedCluster(time, at, await Promise.all([Agent.create(), Agent.create()]));
  }

  /** Nothing when it is registered. */
  async register(): Promise<void> {
    if ((await this.objects.registry.registrationOf(cluster)) !== undefined) return;
    await this.#register(this.#writer.agent);
  }

  async unregister(): Promise<void> {
    await this.#during(this.objects.registry.unregister(cluster));
    this.#signer = undefined;
  }

  /** The other key, and only that, and an agent that has it; who has the one before may not know it yet. */
  async replaceKey(): Promise<void> {
    const successor = this.#agents.find((agent) => agent !== this.#writer.agent)!;
    await this.#register(successor);
    this.failOver(successor);
  }

  /** Another agent takes over; the one before may not know it yet. */
  failOver(agent = this.#writer.agent): void {
    this.#zombies.push(this.#writer);
    const { epoch, serial } = this.#writer;
    this.#writer = {
      agent,
      epoch: epoch + 1,
      serial: serial + 1,
      aheadMilliseconds: this.time.chance.below(240_000) - 120_000,
    };
  }

  /** An agent that begins with this epoch, after this serial. */
  beginAgain(epoch: number, serial = 0, aheadMilliseconds = 0): void {
    this.#writer = { agent: this.#writer.agent, epoch, serial, aheadMilliseconds };
  }

  /** Nothing while one is called: an object cannot be taken from its caller. */
  restartObjects(): void {
    if (this.#underWay === 0) this.objects.restart();
  }

  /** What is known of publishes goes; nothing, as above. */
  losePublications(): void {
    if (this.#underWay === 0) this.objects.losePublications();
  }

  async wake(): Promise<void> {
    await this.#during(this.objects.wake());
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

  async #register(agent: Agent): Promise<void> {
    const json = { publicKeys: [agent.publicKey], zones: ['cluster.local'] };
    await this.#during(this.objects.registry.register(cluster, parseRegistration(json) as Registration, []));
    this.#signer = agent;
  }

  async #publish(writer: Writer, kind: 'live' | 'retired'): Promise<void> {
    writer.serial += 1;
    const version = { epoch: writer.epoch, serial: writer.serial };
    const body = new Uint8Array(gzipSync(encodeSnapshot(kind === 'live' ? contentOf(version) : { kind })));
    const generatedAt = this.time.now() + writer.aheadMilliseconds;
    const publication = await writer.agent.publication({ kind: 'retired' }, { ...version, generatedAt, body });
    const { manifest, manifestText, signature } = publication;
    let hadKey = true;
    const readBody = async () => {
      if (this.time.chance.happens(this.slowness)) await this.time.sleep(this.time.chance.below(10_000));
      hadKey = this.#signer === writer.agent;
      return body;
    };
    const accepting = acceptSnapshot(
      this.objects.calls,
      cluster,
      { manifestText, signature, readBody },
      this.time.now(),
    );
    this.begun.add(addressOf(version));
    let outcome: string;
    try {
      const acceptance = await this.#during(accepting);
      outcome = acceptance.kind === 'refused' ? acceptance.refusal.code : acceptance.kind;
      if (acceptance.kind === 'refused') this.begun.delete(addressOf(version));
    } catch {
      // An object that knows nothing asks KV, which may fail.
      outcome = 'unreached';
    }
    if (outcome !== 'stored') {
      this.refusals[outcome] = (this.refusals[outcome] ?? 0) + 1;
      return;
    }
    this.stored = manifest;
    if (!hadKey) this.wrong.add('stored, though its key was taken away before it came');
  }

  async #during<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work;
    } finally {
      this.#underWay -= 1;
    }
  }
}
