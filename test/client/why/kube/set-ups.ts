/** Broken set-ups as people make them, each with the name that they ask for and the first cause. */
import type { FindingCode } from '../../../../client/why/kube/finding.ts';
import { namespace, pod, service, slice, statefulSet } from './manifests.ts';
import type { KubeObject } from './pocket-api.ts';

export interface SetUp {
  readonly what: string;
  /** Below cluster.local. */
  readonly name: string;
  readonly objects: readonly KubeObject[];
  /** Undefined where Kubernetes has nothing to add. */
  readonly code: FindingCode | undefined;
  /** Kinds that the user may not see. */
  readonly forbidden?: readonly string[];
}

const redis0 = 'redis-0.redis-headless.cache.svc';
const headless = service('redis-headless');
const set = statefulSet('redis');
const pods = ['redis-0', 'redis-1', 'redis-2'].map((name, i) => pod(name, { status: { podIP: `10.244.0.${5 + i}` } }));
const slices = [slice('redis-headless', ['10.244.0.5', '10.244.0.6', '10.244.0.7'])];
const healthy = [namespace(), headless, set, ...pods, ...slices];
const without = (kind: string): KubeObject[] => healthy.filter((object) => object.kind !== kind);
const withPods = (...others: KubeObject[]): KubeObject[] => [...without('Pod'), ...others];
const withService = (...others: KubeObject[]): KubeObject[] => [...without('Service'), ...others];

const deployed = { owner: ['ReplicaSet', 'web-6d4b75cb6d'], labels: { app: 'web' } } as const;
const web = service('web-headless', { selector: { app: 'web' } });
const dependent = (spec: object) => pod('web-6d4b75cb6d-hjk2p', { ...deployed, spec });
const plainWeb = dependent({ hostname: '', subdomain: '' });

export const setUps: readonly SetUp[] = [
  { what: 'nothing is wrong in the cluster', name: redis0, objects: healthy, code: 'NOT_PUBLISHED' },
  {
    what: 'no such namespace',
    name: 'redis-0.redis-headless.cash.svc',
    objects: [namespace()],
    code: 'NAMESPACE_MISSING',
  },
  { what: 'no such namespace, asked for itself', name: 'cash.svc', objects: [namespace()], code: 'NAMESPACE_MISSING' },
  {
    what: 'the wrong one of two namespaces',
    name: 'redis-0.redis-headless.shop.svc',
    objects: [...healthy, namespace('shop')],
    code: 'WRONG_NAMESPACE',
  },
  {
    what: 'a namespace that is not there, and the Service elsewhere',
    name: 'redis-headless.shop.svc',
    objects: healthy,
    code: 'WRONG_NAMESPACE',
  },
  {
    what: 'the namespace opted out',
    name: redis0,
    objects: [...without('Namespace'), namespace('cache', { annotations: { 'kube-doh/hide': 'true' } })],
    code: 'NAMESPACE_HIDDEN',
  },
  {
    what: 'the Service opted out',
    name: redis0,
    objects: withService(service('redis-headless', {}, { annotations: { 'kube-doh/hide': 'true' } })),
    code: 'SERVICE_HIDDEN',
  },
  {
    what: 'opting out was taken back',
    name: redis0,
    objects: withService(service('redis-headless', {}, { annotations: { 'kube-doh/hide': 'false' } })),
    code: 'NOT_PUBLISHED',
  },
  {
    what: 'a Service with a slip in its name',
    name: 'redis-0.redis-headles.cache.svc',
    objects: healthy,
    code: 'SERVICE_MISSING',
  },
  {
    what: 'the governing Service was never made',
    name: redis0,
    objects: without('Service'),
    code: 'GOVERNING_SERVICE_MISSING',
  },
  {
    what: 'a cluster IP where none was meant',
    name: 'redis-0.redis.cache.svc',
    objects: [
      namespace(),
      service('redis', { clusterIP: '10.96.0.20' }),
      statefulSet('redis', { serviceName: '' }),
      pod('redis-0', { spec: { subdomain: '' } }),
    ],
    code: 'HAS_CLUSTER_IP',
  },
  {
    what: 'a cluster IP, and pods of a Deployment',
    name: 'web-6d4b75cb6d-hjk2p.web.cache.svc',
    objects: [namespace(), service('web', { clusterIP: '10.96.0.21', selector: { app: 'web' } }), plainWeb],
    code: 'HAS_CLUSTER_IP',
  },
  {
    what: 'a cluster IP below which the pods have names',
    name: 'redis-0.redis-headless.cache.svc',
    objects: withService(service('redis-headless', { clusterIP: '10.96.0.20' })),
    code: 'NOT_PUBLISHED',
  },
  {
    what: 'another value of a label',
    name: redis0,
    objects: withService(service('redis-headless', { selector: { app: 'redis-cache' } })),
    code: 'SELECTOR_MISMATCH',
  },
  {
    what: 'another value of a label, asked for the Service',
    name: 'redis-headless.cache.svc',
    objects: withService(service('redis-headless', { selector: { app: 'redis-cache' } })),
    code: 'SELECTOR_MISMATCH',
  },
  {
    what: 'a label that the pods lack',
    name: 'redis-headless.cache.svc',
    objects: withService(service('redis-headless', { selector: { app: 'redis', tier: 'backend' } })),
    code: 'SELECTOR_MISMATCH',
  },
  {
    what: 'a misspelt label of a Deployment',
    name: 'web-headless.cache.svc',
    objects: [namespace(), service('web-headless', { selector: { app: 'wbe' } }), plainWeb],
    code: 'SELECTOR_MISMATCH',
  },
  {
    what: 'pods that are of something else',
    name: 'web-headless.cache.svc',
    objects: [namespace(), web, set, ...pods],
    code: 'NO_PODS',
  },
  { what: 'no pods at all', name: 'redis-headless.cache.svc', objects: [namespace(), headless], code: 'NO_PODS' },
  {
    what: 'scaled to zero',
    name: 'redis-headless.cache.svc',
    objects: [namespace(), headless, statefulSet('redis', { replicas: 0 })],
    code: 'NO_PODS',
  },
  {
    what: 'scaled to zero, asked for a pod',
    name: redis0,
    objects: [namespace(), headless, statefulSet('redis', { replicas: 0 })],
    code: 'REPLICA_MISSING',
  },
  {
    what: 'scaled to zero, with ordinals that begin at 5',
    name: 'redis-6.redis-headless.cache.svc',
    objects: [namespace(), headless, statefulSet('redis', { replicas: 0, ordinals: { start: 5 } })],
    code: 'REPLICA_MISSING',
  },
  {
    what: 'no selector, and nobody made endpoints',
    name: 'redis-headless.cache.svc',
    objects: [namespace(), service('redis-headless', { selector: undefined })],
    code: 'WITHOUT_SELECTOR',
  },
  {
    what: 'no selector, and endpoints made by hand',
    name: 'redis-headless.cache.svc',
    objects: [namespace(), service('redis-headless', { selector: undefined }), ...slices],
    code: 'NOT_PUBLISHED',
  },
  {
    what: 'an ordinal beyond the replicas',
    name: 'redis-9.redis-headless.cache.svc',
    objects: healthy,
    code: 'REPLICA_MISSING',
  },
  {
    what: 'ordinals that begin at 5',
    name: redis0,
    objects: [namespace(), headless, statefulSet('redis', { ordinals: { start: 5 } })],
    code: 'REPLICA_MISSING',
  },
  {
    what: 'an ordinal beyond the replicas, below a second Service',
    name: 'redis-9.redis-metrics.cache.svc',
    objects: [...healthy, service('redis-metrics')],
    code: 'REPLICA_MISSING',
  },
  {
    what: 'a pod that waits for the one before',
    name: 'redis-1.redis-headless.cache.svc',
    objects: withPods(pod('redis-0', { isReady: false })),
    code: 'POD_NOT_CREATED',
  },
  {
    what: 'a pod that is not made yet',
    name: 'redis-2.redis-headless.cache.svc',
    objects: withPods(...pods.slice(0, 2)),
    code: 'POD_NOT_CREATED',
  },
  { what: 'a pod that never was', name: 'primary.redis-headless.cache.svc', objects: healthy, code: 'POD_MISSING' },
  {
    what: 'an address that no pod has any more',
    name: '10-244-0-99.web-headless.cache.svc',
    objects: [namespace(), web, plainWeb],
    code: 'POD_MISSING',
  },
  {
    what: 'not ready: its probe fails',
    name: redis0,
    objects: withPods(pod('redis-0', { isReady: false })),
    code: 'POD_NOT_READY',
  },
  {
    what: 'not ready: its container crashes',
    name: redis0,
    objects: withPods(
      pod('redis-0', {
        isReady: false,
        status: {
          containerStatuses: [{ name: 'redis', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
        },
      }),
    ),
    code: 'POD_NOT_READY',
  },
  {
    what: 'not ready: a readiness gate',
    name: redis0,
    objects: withPods(
      pod('redis-0', {
        spec: { readinessGates: [{ conditionType: 'example.com/backup-restored' }] },
        status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' }] },
      }),
    ),
    code: 'POD_NOT_READY',
  },
  {
    what: 'not ready, by its address',
    name: '10-244-0-5.web-headless.cache.svc',
    objects: [
      namespace(),
      web,
      pod('web-6d4b75cb6d-hjk2p', { ...deployed, isReady: false, spec: { hostname: '', subdomain: '' } }),
    ],
    code: 'POD_NOT_READY',
  },
  {
    what: 'not ready, and published all the same',
    name: redis0,
    objects: [
      ...withPods(pod('redis-0', { isReady: false })).filter(({ kind }) => kind !== 'Service'),
      service('redis-headless', { publishNotReadyAddresses: true }),
    ],
    code: 'NOT_PUBLISHED',
  },
  {
    what: 'none of the pods is ready',
    name: 'redis-headless.cache.svc',
    objects: withPods(pod('redis-0', { isReady: false }), pod('redis-1', { isReady: false })),
    code: 'POD_NOT_READY',
  },
  {
    what: 'one pod of two is ready',
    name: 'redis-headless.cache.svc',
    objects: withPods(pod('redis-0', { isReady: false }), pod('redis-1')),
    code: 'NOT_PUBLISHED',
  },
  {
    what: 'terminating',
    name: redis0,
    objects: withPods(pod('redis-0', { deletionTimestamp: '2026-11-22T04:00:00Z' })),
    code: 'POD_TERMINATING',
  },
  {
    what: 'pending without a node',
    name: redis0,
    objects: withPods(
      pod('redis-0', {
        isReady: false,
        status: {
          phase: 'Pending',
          podIP: '',
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/3 nodes are available: 3 Insufficient memory.',
            },
          ],
        },
      }),
    ),
    code: 'POD_PENDING',
  },
  {
    what: 'pending while its image is not there',
    name: redis0,
    objects: withPods(
      pod('redis-0', {
        isReady: false,
        status: {
          phase: 'Pending',
          podIP: '',
          containerStatuses: [{ name: 'redis', ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }],
        },
      }),
    ),
    code: 'POD_PENDING',
  },
  {
    what: 'a pod that has ended',
    name: 'job-0.redis-headless.cache.svc',
    objects: withPods(pod('job-0', { owner: ['Job', 'job'], isReady: false, status: { phase: 'Succeeded' } })),
    code: 'POD_ENDED',
  },
  {
    what: 'no serviceName',
    name: redis0,
    objects: [
      namespace(),
      headless,
      statefulSet('redis', { serviceName: '' }),
      pod('redis-0', { spec: { subdomain: '' } }),
    ],
    code: 'SERVICE_NAME_EMPTY',
  },
  {
    what: 'a serviceName with a slip',
    name: redis0,
    objects: [
      namespace(),
      headless,
      statefulSet('redis', { serviceName: 'redis-headles' }),
      pod('redis-0', { spec: { subdomain: 'redis-headles' } }),
    ],
    code: 'SERVICE_NAME_DIFFERS',
  },
  {
    what: 'a pod older than the serviceName',
    name: redis0,
    objects: withPods(pod('redis-0', { spec: { subdomain: 'redis-old' } })),
    code: 'SERVICE_NAME_DIFFERS',
  },
  {
    what: 'a StatefulSet behind a second Service',
    name: 'redis-0.redis-metrics.cache.svc',
    objects: [...healthy, service('redis-metrics')],
    code: 'SECOND_SERVICE',
  },
  {
    what: 'a StatefulSet behind a second Service with a cluster IP',
    name: 'redis-0.redis.cache.svc',
    objects: [...healthy, service('redis', { clusterIP: '10.96.0.20' })],
    code: 'SECOND_SERVICE',
  },
  {
    what: 'a Deployment behind a headless Service',
    name: 'web-6d4b75cb6d-hjk2p.web-headless.cache.svc',
    objects: [namespace(), web, plainWeb],
    code: 'POD_WITHOUT_HOSTNAME',
  },
  {
    what: 'a pod by hand behind a headless Service',
    name: 'probe.web-headless.cache.svc',
    objects: [
      namespace(),
      web,
      pod('probe', { owner: ['', ''], labels: { app: 'web' }, spec: { hostname: '', subdomain: '' } }),
    ],
    code: 'POD_WITHOUT_HOSTNAME',
  },
  {
    what: 'a hostname without subdomain',
    name: 'web-6d4b75cb6d-hjk2p.web-headless.cache.svc',
    objects: [namespace(), web, dependent({ hostname: 'primary', subdomain: '' })],
    code: 'HOSTNAME_WITHOUT_SUBDOMAIN',
  },
  {
    what: 'a subdomain without hostname',
    name: 'web-6d4b75cb6d-hjk2p.web-headless.cache.svc',
    objects: [namespace(), web, dependent({ hostname: '', subdomain: 'web-headless' })],
    code: 'SUBDOMAIN_WITHOUT_HOSTNAME',
  },
  {
    what: 'another subdomain',
    name: 'web-6d4b75cb6d-hjk2p.web-headless.cache.svc',
    objects: [namespace(), web, dependent({ hostname: 'primary', subdomain: 'web' })],
    code: 'SUBDOMAIN_DIFFERS',
  },
  {
    what: 'asked by its pod name, named by its hostname',
    name: 'web-6d4b75cb6d-hjk2p.web-headless.cache.svc',
    objects: [namespace(), web, dependent({ hostname: 'primary', subdomain: 'web-headless' })],
    code: 'HOSTNAME_DIFFERS',
  },
  {
    what: 'a named targetPort that no container has',
    name: '_redis._tcp.redis-headless.cache.svc',
    objects: withService(
      service('redis-headless', { ports: [{ name: 'redis', protocol: 'TCP', port: 6379, targetPort: 'client' }] }),
    ),
    code: 'TARGET_PORT_MISSING',
  },
  {
    what: 'a named targetPort that a container has',
    name: '_redis._tcp.redis-headless.cache.svc',
    objects: withService(
      service('redis-headless', { ports: [{ name: 'redis', protocol: 'TCP', port: 6379, targetPort: 'redis' }] }),
    ),
    code: 'NOT_PUBLISHED',
  },
  {
    what: 'a port of another name',
    name: '_client._tcp.redis-headless.cache.svc',
    objects: healthy,
    code: 'PORT_NOT_ON_SERVICE',
  },
  {
    what: 'a port of the other protocol',
    name: '_udp.redis-headless.cache.svc',
    objects: healthy,
    code: 'PORT_NOT_ON_SERVICE',
  },
  {
    what: 'ports without names',
    name: '_redis._tcp.redis-headless.cache.svc',
    objects: withService(service('redis-headless', { ports: [{ protocol: 'TCP', port: 6379 }] })),
    code: 'PORT_NOT_ON_SERVICE',
  },
  {
    what: 'no ports',
    name: '_redis._tcp.redis-headless.cache.svc',
    objects: withService(service('redis-headless', { ports: undefined })),
    code: 'PORT_NOT_ON_SERVICE',
  },
  {
    what: 'an ExternalName to nothing',
    name: 'db.cache.svc',
    objects: [
      namespace(),
      service('db', {
        type: 'ExternalName',
        clusterIP: undefined,
        selector: undefined,
        externalName: 'db-2.nowhere.svc.cluster.local',
      }),
    ],
    code: 'EXTERNAL_NAME_TARGET',
  },
  {
    what: 'an ExternalName with an address',
    name: 'db.cache.svc',
    objects: [namespace(), service('db', { type: 'ExternalName', clusterIP: undefined, externalName: '192.0.2.7' })],
    code: 'EXTERNAL_NAME_INVALID',
  },
  {
    what: 'an ExternalName with nothing',
    name: 'db.cache.svc',
    objects: [namespace(), service('db', { type: 'ExternalName', clusterIP: undefined })],
    code: 'EXTERNAL_NAME_INVALID',
  },
  {
    what: 'a pod below an ExternalName',
    name: 'redis-0.db.cache.svc',
    objects: [
      namespace(),
      service('db', { type: 'ExternalName', clusterIP: undefined, externalName: 'db.example.com' }),
    ],
    code: 'EXTERNAL_NAME_HAS_NO_PODS',
  },
  { what: 'the namespace itself', name: 'cache.svc', objects: healthy, code: undefined },
  { what: 'a Service that may not be seen', name: redis0, objects: healthy, code: undefined, forbidden: ['Service'] },
  { what: 'pods that may not be seen', name: redis0, objects: healthy, code: undefined, forbidden: ['Pod'] },
  {
    what: 'a Namespace that may not be seen',
    name: redis0,
    objects: withPods(pod('redis-0', { isReady: false })),
    code: 'POD_NOT_READY',
    forbidden: ['Namespace'],
  },
];
