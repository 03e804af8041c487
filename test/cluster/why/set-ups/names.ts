/** Slips in the name that is asked for. */
import { type SetUp, told } from '../set-up.ts';

const healthy = 'queue-0.queue.why-shop.svc.cluster.local.';

export const nameSetUps: readonly SetUp[] = [
  {
    what: 'the wrong namespace',
    asks: 'ledger-0.ledger.why-shop',
    says: told('NO_SERVICE', 'no Service ledger in namespace why-shop', 'kubectl get services -n why-shop'),
    saysWithCluster: told(
      'WRONG_NAMESPACE',
      'there is one in why-bank',
      'Ask for ledger-0.ledger.why-bank.svc.cluster.local.',
    ),
    suggests: 'ledger-0.ledger.why-bank.svc.cluster.local.',
  },
  {
    what: 'the wrong namespace, as a pod in it would ask',
    asks: 'ledger --namespace why-shop',
    says: told('NO_SERVICE', 'no Service ledger in namespace why-shop', 'kubectl get services -n why-shop'),
    saysWithCluster: told('WRONG_NAMESPACE', 'there is one in why-bank', 'Ask for ledger.why-bank.svc.cluster.local.'),
    suggests: 'ledger.why-bank.svc.cluster.local.',
  },
  {
    what: 'POD.SERVICE without a namespace',
    asks: 'queue-0.queue',
    says: told('NO_NAMESPACE', 'Namespace queue does not exist', 'Write SERVICE.NAMESPACE.svc.cluster.local'),
    saysWithCluster: told('NAMESPACE_MISSING', 'no namespace queue', 'kubectl get namespaces'),
    suggests: healthy,
  },
  {
    what: 'POD.SERVICE.svc without a namespace',
    asks: 'queue-0.queue.svc.cluster.local',
    says: told('NO_NAMESPACE', 'Namespace queue does not exist', 'Write SERVICE.NAMESPACE.svc.cluster.local'),
    saysWithCluster: told('NAMESPACE_MISSING', 'no namespace queue', 'kubectl get namespaces'),
    suggests: healthy,
  },
  {
    what: 'a pod alone',
    asks: 'queue-0',
    says: told('NO_NAMESPACE', 'Namespace queue-0 does not exist', 'Write SERVICE.NAMESPACE.svc.cluster.local'),
    saysWithCluster: told('NAMESPACE_MISSING', 'no namespace queue-0', 'kubectl get namespaces'),
    suggests: healthy,
  },
  {
    what: 'a slip in the pod',
    asks: 'qeue-0.queue.why-shop',
    says: told('NO_SUCH_POD', 'no ready pod qeue-0; it has queue-0', 'Ask for one that it has'),
    saysWithCluster: told('POD_MISSING', 'no pod qeue-0', 'kubectl get pods'),
    suggests: healthy,
  },
  {
    what: 'a slip in the Service',
    asks: 'queue-0.qeue.why-shop',
    says: told('NO_SERVICE', 'no Service qeue', 'kubectl get services -n why-shop'),
    saysWithCluster: told('SERVICE_MISSING', 'no Service qeue', 'kubectl get services'),
    suggests: healthy,
  },
  {
    what: 'a slip in the namespace',
    asks: 'queue-0.queue.why-shpo',
    says: told('NO_NAMESPACE', 'Namespace why-shpo does not exist', 'kubectl get namespaces'),
    saysWithCluster: told(
      'WRONG_NAMESPACE',
      'there is one in why-shop',
      'Ask for queue-0.queue.why-shop.svc.cluster.local.',
    ),
    suggests: healthy,
  },
  {
    what: 'a slip in svc',
    asks: 'queue-0.queue.why-shop.scv.cluster.local',
    says: told(
      'NOT_A_SERVICE',
      'why-shop.scv.cluster.local is not the name',
      'Write SERVICE.NAMESPACE.svc.cluster.local',
    ),
    suggests: healthy,
  },
  {
    what: 'a slip in the zone',
    asks: 'queue-0.queue.why-shop.svc.clustr.local',
    says: told('ZONE_UNKNOWN', 'in none of the zones cluster.local, main.k8s.example', 'ends in one of these zones'),
    suggests: healthy,
  },
  {
    what: 'a slip in the zone, with a final dot',
    asks: 'queue-0.queue.why-shop.svc.cluster.locl.',
    says: told('ZONE_UNKNOWN', 'in none of the zones cluster.local, main.k8s.example', 'ends in one of these zones'),
    suggests: healthy,
  },
  {
    what: 'namespace and Service the wrong way round',
    asks: 'why-shop.queue',
    says: told('NO_NAMESPACE', 'Namespace queue does not exist', 'Write SERVICE.NAMESPACE.svc.cluster.local'),
    saysWithCluster: told('NAMESPACE_MISSING', 'no namespace queue', 'kubectl get namespaces'),
    suggests: 'queue.why-shop.svc.cluster.local.',
  },
  {
    what: 'svc forgotten',
    asks: 'queue-0.queue.why-shop.cluster.local',
    says: told(
      'NOT_A_SERVICE',
      'queue-0.queue.why-shop.cluster.local is not the name',
      'Write SERVICE.NAMESPACE.svc.cluster.local',
    ),
    suggests: healthy,
  },
  {
    what: 'a namespace alone',
    asks: 'why-bank.svc.cluster.local',
    says: told(
      'INCOMPLETE_NAME',
      'is a namespace, which has no records',
      'Ask for a Service in it: SERVICE.why-bank.svc.cluster.local.',
    ),
    suggests: 'ledger.why-bank.svc.cluster.local.',
  },
  { what: 'a short name in its namespace', asks: 'queue-0.queue --namespace why-shop', says: null },
  {
    what: 'a name with its namespace, as a pod elsewhere would ask',
    asks: 'queue.why-shop --namespace why-bank',
    says: null,
  },
];
