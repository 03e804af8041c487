/** Mistakes in Services and in what stands behind them, all in the namespace `why-shop`. */
import { type SetUp, told } from '../set-up.ts';

export const serviceSetUps: readonly SetUp[] = [
  {
    what: 'a cluster IP where none was meant',
    asks: 'cart-0.cart.why-shop',
    says: told(
      'CLUSTER_IP',
      'Service cart … has a cluster IP',
      'Ask cart.why-shop.svc.cluster.local … clusterIP: None',
    ),
    saysWithCluster: told(
      'HAS_CLUSTER_IP',
      'has the cluster IP 10.96. … not headless',
      'make the Service anew with clusterIP: None',
    ),
    suggests: 'cart.why-shop.svc.cluster.local.',
  },
  {
    what: 'a selector that does not match, asked for a pod',
    asks: 'search-0.search.why-shop',
    says: told('NO_ENDPOINTS', 'The selector of Service search … matches no running pod', 'Compare … --show-labels'),
    saysWithCluster: told('SELECTOR_MISMATCH', 'selects app=serach … has app=search', 'agree in app'),
  },
  {
    what: 'a selector that does not match, asked for the Service',
    asks: 'search.why-shop',
    says: told('NO_ENDPOINTS', 'The selector of Service search … matches no running pod', 'Compare … --show-labels'),
    saysWithCluster: told('SELECTOR_MISMATCH', 'selects app=serach … has app=search', 'agree in app'),
  },
  {
    what: 'no endpoints',
    asks: 'empty.why-shop',
    says: told('NO_ENDPOINTS', 'Service empty … matches no running pod', 'Compare … kubectl describe service empty'),
    saysWithCluster: told(
      'NO_PODS',
      'selects app=nobody … no pod in namespace why-shop',
      'kubectl get pods --show-labels',
    ),
  },
  {
    what: 'scaled to nothing',
    asks: 'idle-0.idle.why-shop',
    says: told('NO_ENDPOINTS', 'Service idle … matches no running pod', 'kubectl get pods -n why-shop'),
    saysWithCluster: told('REPLICA_MISSING', 'StatefulSet idle has 0 replicas', 'Scale it … scale statefulset idle'),
  },
  {
    what: 'no selector, and nobody made endpoints',
    asks: 'manual.why-shop',
    says: told(
      'NO_SELECTOR',
      'Service manual … no selector and no endpoints',
      'Give it a selector, or make an EndpointSlice',
    ),
    saysWithCluster: told('WITHOUT_SELECTOR', 'Service manual has no selector', 'Give the Service a selector'),
  },
  {
    what: 'no pod of the Service is ready',
    asks: 'sleepy.why-shop',
    says: told('NONE_READY', 'The only pod of Service sleepy … is not ready', 'kubectl describe pods -n why-shop'),
    saysWithCluster: told('POD_NOT_READY', 'Pod sleepy-0 is not ready', 'kubectl describe pod sleepy-0'),
  },
  {
    what: 'a Service that was opted out',
    asks: 'secret.why-shop',
    says: told('NO_SERVICE', 'no Service secret … or it is not published', 'may be hidden'),
    saysWithCluster: told(
      'SERVICE_HIDDEN',
      'annotation kube-doh/hide',
      'kubectl annotate service secret … kube-doh/hide-',
    ),
  },
  {
    what: 'a StatefulSet whose Service was never made',
    asks: 'ghost-0.ghost.why-shop',
    says: told('NO_SERVICE', 'no Service ghost', 'kubectl get services -n why-shop'),
    saysWithCluster: told(
      'GOVERNING_SERVICE_MISSING',
      'StatefulSet ghost has serviceName ghost',
      'Make the headless Service ghost',
    ),
  },
  {
    what: 'a targetPort whose name no container has',
    asks: '_http._tcp.meters.why-shop',
    says: told('PORT_MISSING', 'No ready pod of Service meters … port named web', "Name the container's port web"),
    saysWithCluster: told('TARGET_PORT_MISSING', 'targetPort "web" … no container of meters-0', 'Name a port "web"'),
  },
  {
    what: 'a port that the Service does not have',
    asks: '_smtp._tcp.queue.why-shop',
    says: told('NO_PORT', 'Service queue … no port _smtp._tcp; it has _http._tcp', 'Ask for one that it has'),
    saysWithCluster: told('PORT_NOT_ON_SERVICE', 'no port smtp of tcp', 'Ask for _http._tcp.queue.why-shop'),
    suggests: '_http._tcp.queue.why-shop.svc.cluster.local.',
  },
  {
    what: 'an ExternalName to nothing in the zone',
    asks: 'old.why-shop',
    says: told(
      'TARGET_MISSING',
      'old.why-shop … is an alias of gone.why-shop … no Service gone',
      'kubectl get services -n why-shop',
    ),
  },
  {
    what: 'an ExternalName that is an address',
    asks: 'number.why-shop',
    says: told(
      'EXTERNAL_NAME_INVALID',
      'Service number … without a domain name',
      'Set spec.externalName to a domain name',
    ),
  },
  {
    what: 'a name below an ExternalName',
    asks: 'x.vendor.why-shop',
    says: told('EXTERNAL_NAME', 'another name for api.vendor.example', 'Ask vendor.why-shop.svc.cluster.local itself'),
    saysWithCluster: told('EXTERNAL_NAME_HAS_NO_PODS', 'alias of api.vendor.example', 'Ask for vendor.why-shop'),
    suggests: 'vendor.why-shop.svc.cluster.local.',
  },
  { what: 'a headless Service as it should be', asks: 'queue.why-shop', says: null },
  { what: 'its ports', asks: '_http._tcp.queue.why-shop', says: null },
  { what: 'a Service with a cluster IP', asks: 'web.why-shop', says: null },
  { what: 'an ExternalName to something in the zone', asks: 'alias.why-shop', says: null },
  { what: 'an ExternalName to somewhere else', asks: 'vendor.why-shop', says: null },
  { what: 'an ExternalName to another namespace', asks: 'branch.why-shop', says: null },
];
