/**
 * The packet door: the Worker's own routes, open, with a snapshot of each world in their store. Nothing of it is replaced
 * but the platform: storage is a map, time stands still, and chance is seeded.
 */
import { createApp } from '../../worker/app.ts';
import { type Machine, readBindings } from '../../worker/environment.ts';
import { Agent, base64Url, clusterId, putRequest, sha256 } from '../worker/support/agent.ts';
import { LocalObjects } from '../worker/support/objects.ts';
import { SeededRandom } from '../worker/support/seeded-random.ts';
import { MemoryStore } from './memory-store.ts';
import type { World } from './world.ts';

export type Method = 'GET' | 'POST';

/** What came back, and what the Worker logged as trouble meanwhile. */
export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  readonly octets: Uint8Array;
  readonly troubles: readonly string[];
}

export interface Door {
  /** Rejects when the Worker throws. */
  send(packet: Uint8Array<ArrayBuffer>, world: World, method: Method): Promise<Heard>;
}

/** When everything happens, the publications included. */
export const now = Date.parse('2026-11-21T12:00:00Z');

/** Open, and otherwise as it is deployed. */
const bindings = { OPEN: 'true', ENDPOINT_HOST: 'edge.test' };

/** What is done about names outside all zones. */
export const { outside } = readBindings(bindings).configuration;

const administratorKey = 'an-administrator-key';
const mediaType = 'application/dns-message';

/** Requests are not outlived here. */
const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} };

/** Where messages go; a GET has the message behind it. */
export function pathFor({ cluster }: World, method: Method): string {
  return `/c/${cluster}/dns-query${method === 'GET' ? '?dns=' : ''}`;
}

export async function openDoor(worlds: readonly World[]): Promise<Door> {
  const troubles: string[] = [];
  const chance = new SeededRandom(1);
  const machine: Machine = {
    now: () => now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: () => chance.next(),
    fetch: async (url) => {
      throw new Error(`nothing may be fetched, and ${url} was`);
    },
    log: (line, kind) => {
      if (kind !== 'event') troubles.push(line);
    },
  };
  const store = new MemoryStore();
  const { configuration } = readBindings({
    ...bindings,
    STORE: store,
    ADMIN_KEY_SHA256: await sha256(new TextEncoder().encode(administratorKey)),
  });
  const app = createApp({ ...configuration, objects: new LocalObjects(store, machine).calls }, machine);
  for (const world of worlds) await publish(async (request) => app.fetch(request), world);
  return {
    send: async (packet, world, method) => {
      const response = await app.fetch(requestFor(packet, world, method), context);
      const octets = new Uint8Array(await response.arrayBuffer());
      const { status, headers } = response;
      return { status, headers, octets, troubles: troubles.splice(0) };
    },
  };
}

function requestFor(packet: Uint8Array<ArrayBuffer>, world: World, method: Method): Request {
  const url = `https://edge.test${pathFor(world, method)}`;
  if (method === 'GET') return new Request(url + base64Url(packet));
  return new Request(url, { method, headers: { 'content-type': mediaType }, body: packet });
}

async function publish(fetch: (request: Request) => Promise<Response>, world: World): Promise<void> {
  const { cluster, snapshot, zones, clustersetZones } = world;
  const agent = await Agent.create();
  const registration = { publicKeys: [agent.publicKey], zones, clustersetZones };
  await expectSuccess(
    fetch(
      new Request(`https://edge.test/v1/clusters/${cluster}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${administratorKey}` },
        body: JSON.stringify(registration),
      }),
    ),
  );
  const publication = await agent.publication(snapshot, { cluster: clusterId(cluster), generatedAt: now });
  await expectSuccess(fetch(putRequest(publication)));
}

async function expectSuccess(answering: Promise<Response>): Promise<void> {
  const answer = await answering;
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}
