/** Set-ups in which a name is not there, with the name that somebody asks for and the code of what is in the way. */
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { parseName } from '../../../zone/name.ts';
import type { ApiObjects } from '../supplements/observed-objects.ts';
import { endpoint, namespace, service, slice } from './observed.ts';

export interface SetUp extends Partial<ApiObjects> {
  readonly title: string;
  readonly asked: string;
  readonly code: string;
  readonly options?: Partial<RecordOptions>;
}

const ready = { ready: true };
const notReady = { ready: false };
const terminating = { ready: false, terminating: true };
const clusterIP = { clusterIP: '10.96.0.7' };
const httpPort = { ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }] };
const redis = (i: number, conditions: object = ready) =>
  endpoint(i, `redis-${i}`, { hostname: `redis-${i}`, ...conditions });
const web = (i: number, conditions: object = ready) => endpoint(i, `web-7d9f-${i}`, conditions);

export const setUps: readonly SetUp[] = [
  { title: 'a name of no Service', asked: 'redis', code: 'NOT_A_SERVICE' },
  { title: 'a pod without its namespace', asked: 'redis-0.redis', code: 'NOT_A_SERVICE' },
  { title: 'svc alone', asked: 'svc', code: 'INCOMPLETE_NAME' },
  { title: 'a Service without its namespace', asked: 'redis.svc', code: 'NO_NAMESPACE' },
  { title: 'a namespace that is not there', asked: 'redis-0.redis.cahce.svc', code: 'NO_NAMESPACE' },
  { title: 'a namespace alone', asked: 'cache.svc', code: 'INCOMPLETE_NAME' },
  { title: 'a Service that is not there', asked: 'redis-0.reddis.cache.svc', code: 'NO_SERVICE' },
  {
    title: 'a Service that is hidden',
    asked: 'redis.cache.svc',
    code: 'NO_SERVICE',
    services: [service('cache', 'redis', {}, true)],
  },
  {
    title: 'a namespace that is hidden',
    asked: 'redis.vault.svc',
    code: 'NO_NAMESPACE',
    services: [service('vault', 'redis')],
  },
  { title: 'a pod by its address', asked: '10-1-0-1.cache.pod', code: 'PODS_DISABLED' },
  { title: 'pod alone', asked: 'pod', code: 'PODS_DISABLED' },
  { title: 'pod alone, verified', asked: 'pod', code: 'INCOMPLETE_NAME', options: { pods: 'verified' } },
  {
    title: 'a pod in a namespace that is not there',
    asked: '10-1-0-1.cahce.pod',
    code: 'NO_NAMESPACE',
    options: { pods: 'verified' },
  },
  { title: 'a namespace of pods alone', asked: 'cache.pod', code: 'INCOMPLETE_NAME', options: { pods: 'verified' } },
  { title: 'an address of no pod', asked: '10-1-0-9.cache.pod', code: 'NO_POD_ADDRESS', options: { pods: 'verified' } },
  { title: 'no address', asked: 'redis.cache.pod', code: 'NO_POD_ADDRESS', options: { pods: 'insecure' } },
  {
    title: 'a Service without an address',
    asked: 'redis.cache.svc',
    code: 'NO_CLUSTER_IP',
    services: [service('cache', 'redis', { clusterIP: '' })],
  },
  {
    title: 'an ExternalName that is an address',
    asked: 'redis.cache.svc',
    code: 'EXTERNAL_NAME_INVALID',
    services: [service('cache', 'redis', { type: 'ExternalName', externalName: '10.0.0.1' })],
  },
  {
    title: 'below an ExternalName',
    asked: 'redis-0.redis.cache.svc',
    code: 'EXTERNAL_NAME',
    services: [service('cache', 'redis', { type: 'ExternalName', externalName: 'redis.example.com' })],
  },
  {
    title: 'below an ExternalName to the same namespace',
    asked: 'redis-0.redis.cache.svc',
    code: 'EXTERNAL_NAME',
    services: [service('cache', 'redis', { type: 'ExternalName', externalName: 'web.cache.svc.cluster.local' })],
  },
  {
    title: 'below an ExternalName to another namespace, which not everybody may hear of',
    asked: 'redis-0.redis.cache.svc',
    code: 'EXTERNAL_NAME',
    services: [
      service('cache', 'redis', { type: 'ExternalName', externalName: 'redis.shop.svc.cluster.local' }),
      service('shop', 'redis', clusterIP),
    ],
  },
  {
    title: 'an ExternalName to something hidden',
    asked: 'redis.cache.svc',
    code: 'TARGET_NOT_PUBLISHED',
    services: [service('cache', 'redis', { type: 'ExternalName', externalName: 'secret.vault.svc.cluster.local' })],
  },
  {
    title: 'below an ExternalName to something hidden',
    asked: 'redis-0.redis.cache.svc',
    code: 'EXTERNAL_NAME',
    services: [service('cache', 'redis', { type: 'ExternalName', externalName: 'secret.vault.svc.cluster.local' })],
  },
  {
    title: 'names too long for an alias',
    asked: 'redis.cache.svc',
    code: 'NAME_TOO_LONG',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [redis(0)])],
    options: { zoneOrigins: [longOrigin()] },
  },
  {
    title: 'a selector that matches no pod',
    asked: 'redis.cache.svc',
    code: 'NO_ENDPOINTS',
    services: [service('cache', 'redis')],
  },
  {
    title: 'a pod of a selector that matches no pod',
    asked: 'redis-0.redis.cache.svc',
    code: 'NO_ENDPOINTS',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [])],
  },
  {
    title: 'slices that the agent does not select',
    asked: 'redis.cache.svc',
    code: 'NO_ENDPOINTS',
    services: [service('cache', 'redis')],
    options: { selectsObjects: true },
  },
  {
    title: 'a Service with a cluster IP that is left out because it is empty',
    asked: 'redis.cache.svc',
    code: 'NO_ENDPOINTS',
    services: [service('cache', 'redis', clusterIP)],
    options: { ignoresEmptyServices: true },
  },
  {
    title: 'no selector and no slice',
    asked: 'redis.cache.svc',
    code: 'NO_SELECTOR',
    services: [service('cache', 'redis', { selector: null })],
  },
  {
    title: 'slices with host names',
    asked: 'redis.cache.svc',
    code: 'NO_ADDRESSES',
    services: [service('cache', 'redis', { selector: null })],
    slices: [slice('cache', 'redis', [{ addresses: ['redis.example.com'] }], { addressType: 'FQDN' })],
  },
  {
    title: 'the only pod is not ready',
    asked: 'redis.cache.svc',
    code: 'NONE_READY',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [redis(0, notReady)])],
  },
  {
    title: 'no pod is ready',
    asked: 'redis.cache.svc',
    code: 'NONE_READY',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [redis(0, notReady), redis(1, terminating), redis(2, notReady)])],
  },
  {
    title: 'no endpoint is ready although that is asked for',
    asked: 'redis.cache.svc',
    code: 'NONE_READY',
    services: [service('cache', 'redis', { publishNotReadyAddresses: true })],
    slices: [slice('cache', 'redis', [redis(0, notReady), redis(1, notReady)])],
  },
  {
    title: 'an endpoint that is no pod is not ready',
    asked: 'redis.cache.svc',
    code: 'NONE_READY',
    services: [service('cache', 'redis', { selector: null })],
    slices: [slice('cache', 'redis', [{ addresses: ['10.9.0.1'], conditions: notReady }])],
  },
  {
    title: 'all pods are terminating',
    asked: 'redis.cache.svc',
    code: 'TERMINATING',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [redis(0, terminating), redis(1, terminating)])],
  },
  {
    title: 'the pod is not ready',
    asked: 'redis-2.redis.cache.svc',
    code: 'NOT_READY',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [redis(0), redis(2, notReady)])],
  },
  {
    title: 'the pod is not ready, and no other is',
    asked: 'redis-2.redis.cache.svc',
    code: 'NOT_READY',
    services: [service('cache', 'redis', { publishNotReadyAddresses: true })],
    slices: [slice('cache', 'redis', [redis(2, notReady)])],
  },
  {
    title: 'an endpoint without a pod is not ready',
    asked: 'db.redis.cache.svc',
    code: 'NOT_READY',
    services: [service('cache', 'redis', { selector: null })],
    slices: [slice('cache', 'redis', [redis(0), { addresses: ['10.9.0.1'], hostname: 'db', conditions: notReady }])],
  },
  {
    title: 'the pod is terminating',
    asked: 'redis-2.redis.cache.svc',
    code: 'TERMINATING',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [redis(0), redis(2, terminating)])],
  },
  {
    title: 'a pod that is not there',
    asked: 'redis-9.redis.cache.svc',
    code: 'NO_SUCH_POD',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [redis(0), redis(1)])],
  },
  {
    title: 'a pod that is not there, of many',
    asked: 'redis-9.redis.cache.svc',
    code: 'NO_SUCH_POD',
    services: [service('cache', 'redis', clusterIP)],
    slices: [slice('cache', 'redis', [redis(0), redis(1), redis(2), redis(3), redis(4)])],
  },
  {
    title: 'a Service with a cluster IP whose pods are not ready is left out',
    asked: 'redis.cache.svc',
    code: 'NONE_READY',
    services: [service('cache', 'redis', clusterIP)],
    slices: [slice('cache', 'redis', [redis(0, notReady), redis(1, notReady)])],
    options: { ignoresEmptyServices: true },
  },
  {
    title: 'a Deployment behind a headless Service',
    asked: 'web-7d9f-1.web.cache.svc',
    code: 'NO_HOSTNAMES',
    services: [service('cache', 'web')],
    slices: [slice('cache', 'web', [web(1), web(2, notReady)])],
  },
  {
    title: 'a pod of it that is not ready',
    asked: 'web-7d9f-2.web.cache.svc',
    code: 'NO_HOSTNAMES',
    services: [service('cache', 'web')],
    slices: [slice('cache', 'web', [web(1), web(2, notReady)])],
  },
  {
    title: 'a host name that no pod of it has',
    asked: 'db.web.cache.svc',
    code: 'NO_HOSTNAMES',
    services: [service('cache', 'web')],
    slices: [slice('cache', 'web', [web(1)])],
  },
  {
    title: 'a pod that has its name below another Service',
    asked: 'redis-1.redis.cache.svc',
    code: 'OTHER_SERVICE',
    services: [service('cache', 'redis'), service('cache', 'redis-headless')],
    slices: [slice('cache', 'redis', [endpoint(1, 'redis-1')]), slice('cache', 'redis-headless', [redis(1)])],
  },
  {
    title: 'the same, with a cluster IP',
    asked: 'redis-1.redis.cache.svc',
    code: 'OTHER_SERVICE',
    services: [service('cache', 'redis', clusterIP), service('cache', 'redis-headless')],
    slices: [slice('cache', 'redis', [endpoint(1, 'redis-1')]), slice('cache', 'redis-headless', [redis(1)])],
  },
  {
    title: 'the other Service is hidden',
    asked: 'redis-1.redis.cache.svc',
    code: 'NO_HOSTNAMES',
    services: [service('cache', 'redis'), service('cache', 'redis-headless', {}, true)],
    slices: [slice('cache', 'redis', [endpoint(1, 'redis-1')]), slice('cache', 'redis-headless', [redis(1)])],
  },
  {
    title: 'a pod whose hostname is another',
    asked: 'db-abc.redis.cache.svc',
    code: 'OTHER_NAME',
    services: [service('cache', 'redis')],
    slices: [slice('cache', 'redis', [endpoint(1, 'db-abc', { hostname: 'db' })])],
  },
  {
    title: 'a cluster IP where none was meant',
    asked: 'web-7d9f-1.web.cache.svc',
    code: 'CLUSTER_IP',
    services: [service('cache', 'web', clusterIP)],
    slices: [slice('cache', 'web', [web(1)])],
  },
  {
    title: 'a port that is not there',
    asked: '_metrics._tcp.web.cache.svc',
    code: 'NO_PORT',
    services: [service('cache', 'web', { ...clusterIP, ...httpPort })],
  },
  {
    title: 'a port of a Service whose ports have no names',
    asked: '_http._tcp.web.cache.svc',
    code: 'NO_PORT',
    services: [service('cache', 'web', { ...clusterIP, ports: [{ port: 80 }] })],
  },
  {
    title: 'a named target port that no pod has',
    asked: '_http._tcp.web.cache.svc',
    code: 'PORT_MISSING',
    services: [service('cache', 'web', httpPort)],
    slices: [slice('cache', 'web', [web(1)], { ports: [] })],
  },
  {
    title: 'a port that no slice has',
    asked: '_http._tcp.web.cache.svc',
    code: 'PORT_MISSING',
    services: [service('cache', 'web', { selector: null, ports: [{ name: 'http', port: 80 }] })],
    slices: [slice('cache', 'web', [web(1)], { ports: [{ name: 'https', port: 443 }] })],
  },
];

/** Of each set-up, beside its own objects. */
export const everywhere: Pick<ApiObjects, 'namespaces'> = {
  namespaces: [namespace('cache'), namespace('vault', true)],
};

function longOrigin(): RecordOptions['zoneOrigins'][number] {
  return parseName(Array.from({ length: 4 }, () => 'l'.repeat(59)).join('.'));
}
