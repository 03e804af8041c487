/** What follows when the cluster changes: a pod replaced, readiness lost and regained, a scale to nothing and back. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { replacePod } from './control-plane/replace-pod.ts';
import { waitUntil } from './control-plane/wait-until.ts';
import { askOverHttps, type ClientAnswer } from './support/clients.ts';
import { system } from './support/system.ts';

const { ready, objects } = system();
const domain = 'svc.cluster.local.';
const quietMilliseconds = 3500;

/** What was measured, told at the end; a test does not fail for being slow. */
const delays: string[] = [];
afterAll(() => {
  process.stdout.write(`from the API's state to the answer:\n${delays.map((line) => `  ${line}\n`).join('')}`);
});

const ask = (name: string, type = 'A'): Promise<ClientAnswer> => askOverHttps('dig', ready, `${name}.${domain}`, type);

async function addressesOf(name: string): Promise<string[]> {
  return (await ask(name)).answer.map((record) => record.split(' ').at(-1)!);
}

/** Waits for the API to show `happened`, then for the answers to follow. */
async function follows(
  what: string,
  happened: () => Promise<boolean>,
  answered: () => Promise<boolean>,
): Promise<void> {
  await waitUntil(`${what} at the API`, happened, { timeoutSeconds: 30 });
  const since = performance.now();
  await waitUntil(`${what} in the answers`, answered, { timeoutSeconds: 15 });
  delays.push(`${what}: ${Math.round(performance.now() - since)} ms`);
}

/** The addresses that the Service's slices give as ready. */
async function readyAddresses(namespace: string, service: string): Promise<string[]> {
  interface Slice {
    endpoints?: { addresses: string[]; conditions: { ready?: boolean } }[] | null;
  }
  const labelSelector = `kubernetes.io/service-name=${service}`;
  const slices = await objects.list<Slice>('EndpointSlice', { namespace, labelSelector });
  return slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .flatMap(({ addresses, conditions }) => (conditions.ready === false ? [] : addresses));
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();

/** An isolated change is one after quiet: nothing was published for longer than the publish interval. */
beforeEach(() => quiet());
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, quietMilliseconds));

test('a pod that comes back on another address keeps its name', async () => {
  const name = 'mysql-0.mysql-headless.default';
  const { oldAddress, newAddress } = await replacePod(objects, 'default', 'mysql-0');
  await follows(
    'a pod on another address',
    async () => (await readyAddresses('default', 'mysql-headless')).includes(newAddress),
    async () => (await addressesOf(name)).join() === newAddress,
  );
  const headless = await addressesOf('mysql-headless.default');
  expect(headless).toHaveLength(3);
  expect(headless).toContain(newAddress);
  expect(headless).not.toContain(oldAddress);
  expect((await askOverHttps('dig', ready, newAddress, 'PTR')).answer.join()).toContain(`PTR ${name}.${domain}`);
  expect((await askOverHttps('dig', ready, oldAddress, 'PTR')).rcode).toBe('NXDOMAIN');
});

describe('readiness', () => {
  test('a pod that stops being ready leaves the aggregate and loses its name, and gets both back', async () => {
    const all = await addressesOf('redis-headless.cache');
    expect(all).toHaveLength(3);
    const [mine] = await addressesOf('redis-1.redis-headless.cache');
    await objects.setPodReady('cache', 'redis-1', false);
    await follows(
      'a pod that is not ready',
      async () => !(await readyAddresses('cache', 'redis-headless')).includes(mine!),
      async () => (await ask('redis-1.redis-headless.cache')).rcode === 'NXDOMAIN',
    );
    expect(await addressesOf('redis-headless.cache')).toEqual(all.filter((address) => address !== mine));
    await quiet();
    await objects.setPodReady('cache', 'redis-1', true);
    await follows(
      'a pod that is ready again',
      async () => (await readyAddresses('cache', 'redis-headless')).includes(mine!),
      async () => sameSet(await addressesOf('redis-headless.cache'), all),
    );
    expect(await addressesOf('redis-1.redis-headless.cache')).toEqual([mine]);
  });

  test('a Service that publishes pods before they are ready keeps all names', async () => {
    const all = await addressesOf('postgres.database');
    const [mine] = await addressesOf('postgres-2.postgres.database');
    await objects.setPodReady('database', 'postgres-2', false);
    // The other Service over the same pods shows that the change has arrived.
    await follows(
      'a pod that is not ready, at the Service beside',
      async () => !(await readyAddresses('database', 'postgres-headless')).includes(mine!),
      async () => !(await addressesOf('postgres-headless.database')).includes(mine!),
    );
    expect(await addressesOf('postgres.database')).toEqual(all);
    expect(await addressesOf('postgres-2.postgres.database')).toEqual([mine]);
    await objects.setPodReady('database', 'postgres-2', true);
    await waitUntil('the pod to be back', async () => sameSet(await addressesOf('postgres-headless.database'), all), {
      timeoutSeconds: 30,
    });
  });
});

test('scaling to nothing makes the headless name vanish; scaling up brings it back', async () => {
  const object = { kind: 'StatefulSet', namespace: 'logging', name: 'elasticsearch' } as const;
  await objects.scale(object, 0);
  await follows(
    'a scale to 0',
    async () => (await readyAddresses('logging', 'elasticsearch-hl')).length === 0,
    async () => (await ask('elasticsearch-hl.logging')).rcode === 'NXDOMAIN',
  );
  // The Namespace is still there, so its name exists without data.
  expect((await ask('logging')).rcode).toBe('NOERROR');
  await quiet();
  await objects.scale(object, 3);
  await follows(
    'a scale to 3',
    async () => (await readyAddresses('logging', 'elasticsearch-hl')).length === 3,
    async () => (await addressesOf('elasticsearch-hl.logging')).length === 3,
  );
});

test('a Service that is made and deleted', async () => {
  const spec = { ports: [{ name: 'http', port: 80 }] };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'made-later', namespace: 'default' },
    spec,
  } as const;
  expect((await ask('made-later.default')).rcode).toBe('NXDOMAIN');
  await objects.apply([service]);
  await follows(
    'a new Service',
    async () => (await objects.get({ kind: 'Service', name: 'made-later' })) !== undefined,
    async () => (await addressesOf('made-later.default')).length === 1,
  );
  await quiet();
  await objects.delete({ kind: 'Service', name: 'made-later' });
  await follows(
    'a deleted Service',
    async () => (await objects.get({ kind: 'Service', name: 'made-later' })) === undefined,
    async () => (await ask('made-later.default')).rcode === 'NXDOMAIN',
  );
});
