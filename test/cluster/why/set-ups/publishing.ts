/** What keeps names from being published, or from whoever asks: agents, clusters and tokens. */
import { type SetUp, told } from '../set-up.ts';

const healthy = 'queue-0.queue.why-shop';

export const publishingSetUps: readonly SetUp[] = [
  {
    what: 'a namespace that the agent leaves out',
    asks: 'ledger.why-bank',
    asker: 'few',
    says: told('NO_NAMESPACE', 'Namespace why-bank does not exist, or is not published', 'kubectl get namespaces'),
    saysWithCluster: told(
      'NOT_PUBLISHED',
      'has all that the name needs in namespace why-bank',
      "the agent's log and its --namespaces",
    ),
  },
  {
    what: 'a namespace that was opted out',
    asks: 'safe.why-vault',
    says: told('NO_NAMESPACE', 'Namespace why-vault does not exist, or is not published', 'kubectl get namespaces'),
    saysWithCluster: told(
      'NAMESPACE_HIDDEN',
      'annotation kube-doh/hide',
      'kubectl annotate namespace why-vault kube-doh/hide-',
    ),
  },
  {
    what: 'a snapshot that is stale',
    asks: healthy,
    asker: 'stale',
    says: told('STALE', 'Cluster stale published its last snapshot too long ago', 'See that its agent runs'),
  },
  {
    what: 'a snapshot that has expired',
    asks: healthy,
    asker: 'expired',
    says: told('EXPIRED', 'Cluster expired published its last snapshot too long ago', 'See that its agent runs'),
  },
  {
    what: 'an agent that may not watch EndpointSlices',
    asks: healthy,
    asker: 'blind',
    says: told('NO_SNAPSHOT', 'Cluster blind has published nothing yet', 'the log of its agent'),
  },
  {
    what: 'a cluster that the token is not for',
    asks: `${healthy} --zone cluster.local`,
    pinned: 'few',
    says: told('CLUSTER_OUT_OF_SCOPE', 'not for … cluster', 'Ask for a token for this cluster'),
  },
  {
    what: 'an alias of a cluster that the token is not for',
    asks: `${healthy}.svc.few.k8s.example`,
    says: told('ZONE_UNKNOWN', 'in none of the zones cluster.local, main.k8s.example', 'ends in one of these zones'),
  },
  {
    what: 'an alias of another cluster of the token than the one that is asked',
    asks: `${healthy}.svc.few.k8s.example`,
    asker: 'both',
    pinned: 'main',
    says: told('ZONE_OF_OTHER_CLUSTER', 'few.k8s.example is not of cluster main', 'Ask that cluster'),
  },
  {
    what: 'an alias of the other cluster of the token, which has less',
    asks: 'ledger.why-bank.svc.few.k8s.example',
    asker: 'both',
    says: told(
      'NO_NAMESPACE',
      'Namespace why-bank does not exist, or is not published',
      'Write SERVICE.NAMESPACE.svc.few.k8s.example',
    ),
    saysWithCluster: told(
      'NOT_PUBLISHED',
      'has all that the name needs in namespace why-bank',
      "the agent's log and its --namespaces",
    ),
  },
  {
    what: 'a token that has expired',
    asks: healthy,
    asker: 'lapsed',
    says: told('TOKEN_REFUSED', 'does not know this token', 'get another and log in: "kube-doh login URL"'),
  },
  {
    what: 'a token that nobody has made',
    asks: healthy,
    asker: 'stranger',
    says: told('TOKEN_REFUSED', 'does not know this token', 'get another and log in: "kube-doh login URL"'),
  },
  {
    what: 'a name outside of the namespaces of the token',
    asks: 'ledger.why-bank',
    asker: 'bound',
    says: told('OUT_OF_SCOPE', 'This credential is not for ledger.why-bank', 'Ask for a name in its namespaces'),
  },
  {
    what: 'an ExternalName that leads out of the namespaces of the token',
    asks: 'branch.why-shop',
    asker: 'bound',
    says: told(
      'OUT_OF_SCOPE',
      'not for the name to which branch.why-shop.svc.cluster.local leads',
      'another credential',
    ),
  },
  {
    what: 'POD.SERVICE without a namespace, with a token of one namespace',
    asks: 'queue-0.queue',
    asker: 'bound',
    says: told(
      'OUT_OF_SCOPE',
      'This credential is not for queue-0.queue.svc.cluster.local',
      'Ask for a name in its namespaces',
    ),
    suggests: 'queue-0.queue.why-shop.svc.cluster.local.',
  },
  {
    what: 'an agent that publishes no remarks, asked for a pod that is not ready',
    asks: 'queue-1.queue.why-shop',
    asker: 'plain',
    says: told('NOT_THERE', 'queue.why-shop.svc.cluster.local exists, and has nothing named queue-1', 'kube-doh list'),
    saysWithCluster: told('POD_NOT_READY', 'Pod queue-1 is not ready', 'kubectl describe pod queue-1'),
    suggests: 'queue-0.queue.why-shop.svc.cluster.local.',
  },
  {
    what: 'an agent that publishes no remarks, asked in the wrong namespace',
    asks: 'ledger.why-shop',
    asker: 'plain',
    says: told('NOT_THERE', 'why-shop.svc.cluster.local exists, and has nothing named ledger', 'kube-doh list'),
    saysWithCluster: told('WRONG_NAMESPACE', 'there is one in why-bank', 'Ask for ledger.why-bank.svc.cluster.local.'),
    suggests: 'ledger.why-bank.svc.cluster.local.',
  },
  { what: 'a name that the other agent publishes too', asks: healthy, asker: 'few', says: null },
  { what: 'a name in the namespace of the token', asks: healthy, asker: 'bound', says: null },
  { what: 'a name of a token for several clusters', asks: `${healthy}.svc.few.k8s.example`, asker: 'both', says: null },
  { what: 'a name without remarks', asks: healthy, asker: 'plain', says: null },
];
