/** A Worker with a store, a clock and an administrator of its own, spoken to over HTTP. */
import type { DoorSettings } from '../../../worker/access/settings.ts';
import { createApp } from '../../../worker/app.ts';
import type { Configuration } from '../../../worker/environment.ts';
import { refuseOutside } from '../../../worker/outside/policy.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { type DecodedAnswer, decodeAnswer } from '../message/decode-answer.ts';
import { Agent, clusterId, type Publication, putRequest, sha256 } from './agent.ts';
import { LocalObjects } from './objects.ts';
import { ObservedStore } from './observed-store.ts';
import { askFor } from './question.ts';
import { TestMachine } from './test-machine.ts';

export const administratorKey = 'an-administrator-key';
export const tokenKey = '5eed'.repeat(16);

/** What the platform gives with a request. */
export interface Context {
  waitUntil(work: Promise<unknown>): void;
}

export interface Edge {
  readonly store: ObservedStore;
  readonly objects: LocalObjects;
  readonly machine: TestMachine;
  readonly agent: Agent;
  fetch(path: string, init?: RequestInit, context?: Context): Promise<Response>;
  /** A request as it came, with another host or with what the platform adds. */
  receive(request: Request): Promise<Response>;
  /** As the administrator. */
  administer(method: string, path: string, body?: unknown): Promise<Response>;
  register(cluster: string, zones?: readonly string[], publicKeys?: readonly string[]): Promise<void>;
  /** The text of a new token. */
  createToken(clusters: readonly string[], expiresAt?: number | null, terms?: object): Promise<string>;
  send(publication: Publication, change?: Parameters<typeof putRequest>[1]): Promise<Response>;
  /** Publishes and expects success. */
  publish(snapshot: Snapshot, fields?: Parameters<Agent['publication']>[1]): Promise<Publication>;
  /** Asks by POST and expects a DNS message. */
  ask(name: string, type?: string | number, path?: string, context?: Context): Promise<DecodedAnswer>;
  /** Another isolate with the same store and clock, which remembers nothing. */
  newIsolate(): Promise<Edge>;
}

export type EdgeOptions = Partial<Configuration> & { readonly doors?: DoorSettings };

/** Closed unless told otherwise; `local` is the cluster that is asked by default. */
export async function startEdge(options: EdgeOptions = {}): Promise<Edge> {
  const store = new ObservedStore();
  const machine = new TestMachine();
  const objects = new LocalObjects(options.store ?? store, machine);
  return edge(options, { store, objects, machine, agent: await Agent.create() });
}

/** Open, with `local` registered and something published; time moves past the reader's interval. */
export async function startOpenEdge(
  snapshot: Snapshot,
  zones: readonly string[] = ['cluster.local'],
  clustersetZones: readonly string[] = [],
  options: EdgeOptions = {},
): Promise<Edge> {
  const started = await startEdge({ isOpen: true, ...options });
  const publicKeys = [started.agent.publicKey];
  await expectStatus(200, started.administer('PUT', '/v1/clusters/local', { publicKeys, zones, clustersetZones }));
  await started.publish(snapshot);
  return started;
}

async function edge(
  { doors, ...options }: EdgeOptions,
  shared: Pick<Edge, 'store' | 'objects' | 'machine' | 'agent'>,
): Promise<Edge> {
  const { store, objects, machine, agent } = shared;
  const configuration: Configuration = {
    store,
    objects: objects.calls,
    administratorKeySha256: await sha256(new TextEncoder().encode(administratorKey)),
    tokenKey,
    isOpen: false,
    defaultCluster: clusterId('local'),
    endpointHosts: [],
    outside: refuseOutside,
    ...options,
  };
  const app = createApp(configuration, machine, doors);
  const fetch = async (path: string, init?: RequestInit, context?: Context) =>
    app.fetch(new Request(`https://edge.test${path}`, init), context);

  const administer = (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers = { authorization: `Bearer ${administratorKey}` };
    return fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  };
  const send = async (publication: Publication, change?: Parameters<typeof putRequest>[1]): Promise<Response> =>
    app.fetch(putRequest(publication, change));

  return {
    ...shared,
    fetch,
    receive: async (request) => app.fetch(request),
    administer,
    send,
    register: async (cluster, zones = ['cluster.local'], publicKeys = [agent.publicKey]) => {
      await expectStatus(200, administer('PUT', `/v1/clusters/${cluster}`, { publicKeys, zones }));
    },
    createToken: async (clusters, expiresAt = null, terms = {}) => {
      const body = { name: 'a test', clusters, expiresAt, ...terms };
      const answer = await expectStatus(201, administer('POST', '/v1/tokens', body));
      return ((await answer.json()) as { token: string }).token;
    },
    publish: async (snapshot, fields) => {
      const publication = await agent.publication(snapshot, { generatedAt: machine.now(), ...fields });
      await expectStatus(200, send(publication));
      return publication;
    },
    ask: async (name, type = 'A', path = '/dns-query', context) => {
      const answer = await expectStatus(200, fetch(path, askFor(name, type), context));
      return decodeAnswer(new Uint8Array(await answer.arrayBuffer()));
    },
    newIsolate: () => edge({ ...options, ...(doors === undefined ? {} : { doors }) }, shared),
  };
}

async function expectStatus(status: number, answering: Promise<Response>): Promise<Response> {
  const answer = await answering;
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${await answer.text()}`);
  return answer;
}
