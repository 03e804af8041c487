/**
 * Objects with all the mistakes that people make, in two namespaces, and a third one that is hidden; healthy ones beside
 * them. They do not touch each other: each mistake has a Service and pods of its own.
 */
import type { ClusterObjects } from '../control-plane/apply.ts';
import type { KubernetesObject } from '../control-plane/manifests.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { deployment, externalName, headless, namespace, pod, service, statefulSet } from './manifests.ts';

/** Holds the mistakes. */
export const shop = 'why-shop';
/** Holds what somebody looks for in the other. */
export const bank = 'why-bank';
/** Opted out as a whole. */
export const vault = 'why-vault';

const hidden = { 'kube-doh/hide': 'true' };
/** Keeps a pod that was deleted, as one that takes its time. */
const holdFinalizer = 'kube-doh.test/hold';

const objectsOfShop: readonly KubernetesObject[] = [
  namespace(shop),
  // As it should be, but for one pod that is not ready.
  headless(shop, 'queue', 'queue'),
  statefulSet(shop, 'queue', 'queue', { replicas: 2 }),
  service(shop, 'web', { selector: { app: 'web' } }),
  // A StatefulSet whose Service has a cluster IP: its pods have names all the same.
  service(shop, 'stock', { selector: { app: 'stock' } }),
  statefulSet(shop, 'stock', 'stock'),
  // A cluster IP, and nobody who names the Service.
  service(shop, 'cart', { selector: { app: 'cart' } }),
  statefulSet(shop, 'cart', ''),
  headless(shop, 'search', 'serach'),
  statefulSet(shop, 'search', 'search'),
  headless(shop, 'empty', 'nobody'),
  headless(shop, 'idle', 'idle'),
  statefulSet(shop, 'idle', 'idle', { replicas: 0 }),
  headless(shop, 'stuck', 'stuck'),
  statefulSet(shop, 'stuck', 'stuck', { nodeSelector: { disk: 'golden' } }),
  headless(shop, 'sleepy', 'sleepy'),
  statefulSet(shop, 'sleepy', 'sleepy'),
  headless(shop, 'leaving', 'leaving'),
  pod(shop, 'leaving-0', 'leaving', { hostname: 'leaving-0', subdomain: 'leaving' }),
  headless(shop, 'orders-hl', 'orders'),
  statefulSet(shop, 'orders', 'orders-headless'),
  headless(shop, 'audit', 'audit'),
  statefulSet(shop, 'audit', ''),
  headless(shop, 'mail', 'mail'),
  headless(shop, 'mail-all', 'mail'),
  statefulSet(shop, 'mail', 'mail'),
  headless(shop, 'site', 'site'),
  deployment(shop, 'site'),
  headless(shop, 'printers', 'printers'),
  pod(shop, 'printer', 'printers', { hostname: 'printer' }),
  headless(shop, 'faxes', 'faxes'),
  pod(shop, 'fax', 'faxes', { subdomain: 'faxes' }),
  headless(shop, 'scanners', 'scanners'),
  pod(shop, 'scanner', 'scanners', { hostname: 'scan', subdomain: 'scanners' }),
  headless(shop, 'meters', 'meters', {
    ports: [
      { name: 'http', port: 80, targetPort: 'web' },
      { name: 'grpc', port: 90, targetPort: 9000 },
    ],
  }),
  statefulSet(shop, 'meters', 'meters'),
  service(shop, 'manual', { clusterIP: 'None' }),
  statefulSet(shop, 'ghost', 'ghost'),
  service(shop, 'secret', { selector: { app: 'secret' } }, hidden),
  externalName(shop, 'old', `gone.${shop}.svc.cluster.local`),
  externalName(shop, 'alias', `web.${shop}.svc.cluster.local`),
  externalName(shop, 'vendor', 'api.vendor.example'),
  externalName(shop, 'number', '192.0.2.7'),
  externalName(shop, 'branch', `ledger.${bank}.svc.cluster.local`),
];

const objectsOfOthers: readonly KubernetesObject[] = [
  namespace(bank),
  headless(bank, 'ledger', 'ledger'),
  statefulSet(bank, 'ledger', 'ledger'),
  service(bank, 'teller', { selector: { app: 'teller' } }),
  namespace(vault, hidden),
  service(vault, 'safe', { selector: { app: 'safe' } }),
];

/** Resolves when every mistake is in force, and the endpoints tell of it. */
export async function buildBrokenCluster(objects: ClusterObjects): Promise<void> {
  await Promise.all([objectsOfShop, objectsOfOthers].map((all) => applyAll(objects, all)));
  await waitUntil('the pods of the broken set-ups to run', () => allRun(objects), limits);
  for (const name of ['queue-1', 'sleepy-0']) await objects.setPodReady(shop, name, false);
  const leaving = { kind: 'Pod', namespace: shop, name: 'leaving-0' } as const;
  await objects.patch(leaving, { metadata: { finalizers: [holdFinalizer] } });
  await objects.delete(leaving);
  await waitUntil('the slices of the broken set-ups to say so', () => slicesFollow(objects), limits);
}

export async function removeBrokenCluster(objects: ClusterObjects): Promise<void> {
  const release = { metadata: { '$deleteFromPrimitiveList/finalizers': [holdFinalizer] } };
  const leaving = { kind: 'Pod', namespace: shop, name: 'leaving-0' } as const;
  // It is not there when building ended before.
  if ((await objects.get(leaving)) !== undefined) await objects.patch(leaving, release);
  const names = [shop, bank, vault];
  await Promise.all(names.map((name) => objects.delete({ kind: 'Namespace', name })));
  const areGone = async (): Promise<boolean> => {
    const left = await Promise.all(names.map((name) => objects.get({ kind: 'Namespace', name })));
    return left.every((one) => one === undefined);
  };
  await waitUntil('the namespaces of the broken set-ups to be gone', areGone, limits);
}

const limits = { timeoutSeconds: 60, intervalMilliseconds: 100 };

/** Namespaces first, then all the others at once. */
async function applyAll(objects: ClusterObjects, all: readonly KubernetesObject[]): Promise<void> {
  await objects.apply(all.filter(({ kind }) => kind === 'Namespace'));
  await Promise.all(all.filter(({ kind }) => kind !== 'Namespace').map((object) => objects.apply([object])));
}

interface Pod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly podIP?: string };
}

/** Names of all pods but that of the Deployment, which has a name that nobody knows before. */
const pods: readonly string[] = [
  ...['queue-0', 'queue-1', 'stock-0', 'cart-0', 'search-0', 'sleepy-0', 'leaving-0', 'orders-0', 'audit-0', 'mail-0'],
  ...['printer', 'fax', 'scanner', 'meters-0', 'ghost-0', 'ledger-0'],
];

async function allRun(objects: ClusterObjects): Promise<boolean> {
  const all = (await Promise.all([shop, bank].map((inside) => objects.list<Pod>('Pod', { namespace: inside })))).flat();
  const running = all.filter(({ status }) => status?.podIP !== undefined);
  const names = new Set(running.map(({ metadata }) => metadata.name));
  const isDeployed = running.some(({ metadata }) => metadata.labels?.['app'] === 'site');
  return isDeployed && pods.every((name) => names.has(name));
}

/** The name of the pod that the Deployment has made. */
export async function deployedPod(objects: ClusterObjects): Promise<string> {
  const [first] = await objects.list<Pod>('Pod', { namespace: shop, labelSelector: 'app=site' });
  return first!.metadata.name;
}

/** Of a pod that runs. */
export async function addressOf(objects: ClusterObjects, namespace: string, name: string): Promise<string> {
  return (await objects.get<Pod>({ kind: 'Pod', namespace, name }))!.status!.podIP!;
}

interface Slice {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?:
    | readonly {
        readonly conditions: { readonly ready?: boolean; readonly terminating?: boolean };
      }[]
    | null;
}

/** Of the Services with pods: `ready`, `waiting` or `leaving` for each endpoint. */
const standings: Readonly<Record<string, readonly string[]>> = {
  queue: ['ready', 'waiting'],
  stock: ['ready'],
  cart: ['ready'],
  sleepy: ['waiting'],
  leaving: ['leaving'],
  'orders-hl': ['ready'],
  audit: ['ready'],
  mail: ['ready'],
  'mail-all': ['ready'],
  site: ['ready'],
  printers: ['ready'],
  faxes: ['ready'],
  scanners: ['ready'],
  meters: ['ready'],
  ledger: ['ready'],
};

async function slicesFollow(objects: ClusterObjects): Promise<boolean> {
  const lists = [shop, bank].map((inside) => objects.list<Slice>('EndpointSlice', { namespace: inside }));
  const found = (await Promise.all(lists)).flat().flatMap(({ metadata, endpoints }) => {
    const name = metadata.labels?.['kubernetes.io/service-name'] ?? '';
    return (endpoints ?? []).map(({ conditions }) => ({ name, standing: standingOf(conditions) }));
  });
  return Object.entries(standings).every(([name, wanted]) => {
    const seen = found.filter((one) => one.name === name).map(({ standing }) => standing);
    return [...seen].sort().join() === [...wanted].sort().join();
  });
}

function standingOf({ ready, terminating }: { readonly ready?: boolean; readonly terminating?: boolean }): string {
  if (ready === true) return 'ready';
  return terminating === true ? 'leaving' : 'waiting';
}
