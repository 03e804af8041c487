/** Pods that are not found under the name that somebody expects, all in the namespace `why-shop`. */
import { type SetUp, told } from '../set-up.ts';

export const podSetUps: readonly SetUp[] = [
  {
    what: 'a pod that is not ready',
    asks: 'queue-1.queue.why-shop',
    says: told(
      'NOT_READY',
      'Pod queue-1 … is not ready',
      'kubectl describe pod queue-1 … publishNotReadyAddresses: true',
    ),
    saysWithCluster: told('POD_NOT_READY', 'Pod queue-1 is not ready', 'kubectl describe pod queue-1'),
    suggests: 'queue-0.queue.why-shop.svc.cluster.local.',
  },
  {
    what: 'a pod that terminates',
    asks: 'leaving-0.leaving.why-shop',
    says: told('TERMINATING', 'Pod leaving-0 … is terminating', 'Wait until its successor is ready'),
    saysWithCluster: told('POD_TERMINATING', 'Pod leaving-0 is being deleted', 'Wait until it is back'),
  },
  {
    what: 'a pod that no node takes',
    asks: 'stuck-0.stuck.why-shop',
    says: told('NO_ENDPOINTS', 'Service stuck … matches no running pod', 'kubectl get pods -n why-shop'),
    saysWithCluster: told('POD_PENDING', 'Pod stuck-0 has no node yet (Unschedulable', 'kubectl describe pod stuck-0'),
  },
  {
    what: 'a pod beyond the replicas',
    asks: 'queue-7.queue.why-shop',
    says: told('NO_SUCH_POD', 'no ready pod queue-7; it has queue-0', 'Ask for one that it has'),
    saysWithCluster: told(
      'REPLICA_MISSING',
      'StatefulSet queue has 2 replicas, queue-0 to queue-1',
      'scale the StatefulSet, or ask for queue-0.queue.why-shop',
    ),
    suggests: 'queue-0.queue.why-shop.svc.cluster.local.',
  },
  {
    what: 'a serviceName that differs',
    asks: 'orders-0.orders-hl.why-shop',
    says: told(
      'NO_HOSTNAMES',
      'Pod orders-0 of Service orders-hl … no hostname',
      'StatefulSet with serviceName: orders-hl',
    ),
    saysWithCluster: told('SERVICE_NAME_DIFFERS', 'has serviceName orders-headless', 'set serviceName: orders-hl'),
  },
  {
    what: 'the Service that a serviceName names, and that is not there',
    asks: 'orders-0.orders-headless.why-shop',
    says: told('NO_SERVICE', 'no Service orders-headless', 'kubectl get services -n why-shop'),
    saysWithCluster: told(
      'GOVERNING_SERVICE_MISSING',
      'serviceName orders-headless',
      'Make the headless Service orders-headless',
    ),
  },
  {
    what: 'an empty serviceName',
    asks: 'audit-0.audit.why-shop',
    says: told('NO_HOSTNAMES', 'Pod audit-0 of Service audit … no hostname', 'StatefulSet with serviceName: audit'),
    saysWithCluster: told('SERVICE_NAME_EMPTY', 'StatefulSet audit has no serviceName', 'Set serviceName: audit'),
  },
  {
    what: 'a StatefulSet behind a second Service',
    asks: 'mail-0.mail-all.why-shop',
    says: told('OTHER_SERVICE', 'Pod mail-0 … below Service mail, not', 'Ask mail-0.mail.why-shop.svc.cluster.local.'),
    saysWithCluster: told(
      'SECOND_SERVICE',
      'StatefulSet mail has serviceName mail',
      'Ask for mail-0.mail.why-shop.svc.cluster.local.',
    ),
  },
  {
    what: 'a Deployment behind a headless Service',
    asks: 'POD.site.why-shop',
    says: told(
      'NO_HOSTNAMES',
      'Pod site- … of Service site … no hostname',
      'Ask 10-244- … .site.why-shop.svc.cluster.local',
    ),
    saysWithCluster: told('POD_WITHOUT_HOSTNAME', 'as those of Deployments are', 'use a StatefulSet … ask for 10-244-'),
  },
  {
    what: 'a Deployment that is asked as a StatefulSet',
    asks: 'site-0.site.why-shop',
    says: told(
      'NO_HOSTNAMES',
      'The pods of Service site … no hostnames',
      'pods of a StatefulSet with serviceName: site',
    ),
    saysWithCluster: told('POD_MISSING', 'no pod site-0', 'kubectl get pods'),
  },
  {
    what: 'a hostname without subdomain',
    asks: 'printer.printers.why-shop',
    says: told('NO_HOSTNAMES', 'Pod printer of Service printers … no hostname', 'Ask 10-244-'),
    saysWithCluster: told('HOSTNAME_WITHOUT_SUBDOMAIN', 'hostname printer and no subdomain', 'Set subdomain: printers'),
  },
  {
    what: 'a subdomain without hostname',
    asks: 'fax.faxes.why-shop',
    says: told('NO_HOSTNAMES', 'Pod fax of Service faxes … no hostname', 'Ask 10-244-'),
    saysWithCluster: told('SUBDOMAIN_WITHOUT_HOSTNAME', 'subdomain faxes and no hostname', 'Set a hostname'),
  },
  {
    what: 'a hostname that is not the name of the pod',
    asks: 'scanner.scanners.why-shop',
    says: told('OTHER_NAME', 'Pod scanner … has the hostname scan', 'Ask scan.scanners.why-shop.svc.cluster.local.'),
    saysWithCluster: told(
      'HOSTNAME_DIFFERS',
      'Pod scanner has hostname scan',
      'Ask for scan.scanners.why-shop.svc.cluster.local.',
    ),
  },
  {
    what: 'a pod by its address, where such names are not published',
    asks: '10-244-0-5.why-shop.pod.cluster.local',
    says: told('PODS_DISABLED', 'not published for this cluster', '--pods verified'),
  },
  {
    what: 'where pods by their addresses would be',
    asks: 'pod.cluster.local',
    says: told('PODS_DISABLED', 'pod.cluster.local has no records', '--pods verified'),
  },
  {
    what: 'an address that no pod has',
    asks: '10.99.99.99',
    says: told('NOT_THERE', 'No name is published for the address', 'Check the address'),
  },
  {
    what: 'an address of the other kind',
    asks: 'queue-0.queue.why-shop AAAA',
    says: told('NO_DATA', 'has no AAAA records, but A, SRV', 'Ask for type A'),
  },
  { what: 'a pod as it should be', asks: 'queue-0.queue.why-shop', says: null },
  { what: 'a pod by its alias zone', asks: 'queue-0.queue.why-shop.svc.main.k8s.example', says: null },
  {
    what: 'a pod whose Service has a cluster IP, and names it all the same',
    asks: 'stock-0.stock.why-shop',
    says: null,
  },
];
