/**
 * Where this project's answers differ from CoreDNS's on purpose: the complete list. Each name stands beside a branch of the
 * model (world.ts, forward.ts, reverse.ts), where one side is what CoreDNS 1.15.0 does and the other what this project
 * does; so the model says exactly what the answer is instead.
 *
 * A test that compares answers with both sides of the model fails where this project's answer is not what the list makes
 * of CoreDNS's, and where one that the list changes has not changed. A run with many histories also fails where one of the
 * list was never met.
 */
export const differences = {
  serial: "The SOA serial counts snapshots, so that it rises with every one; CoreDNS's is the time of the last change.",
  'name-server':
    'NS is ns.dns of the zone, which exists, without addresses: whoever asks here reaches the edge by its own name. CoreDNS gives the addresses that it listens on, and none where it is bound to one address.',
  'soa-existence':
    'SOA is answered like any other type: NXDOMAIN at a name that does not exist (RFC 2308 §2.1). CoreDNS answers NODATA everywhere.',
  'txt-existence':
    'TXT is answered like any other type: NODATA at a name that exists without data (RFC 2308 §2.2). CoreDNS answers NXDOMAIN at the apex, `svc` and Namespaces, and so denies all that is below.',
  'dns-version-existence':
    '`dns-version` exists for every type (RFC 2308 §2.2). CoreDNS answers NXDOMAIN to all but TXT.',
  'clusterset-version':
    'The clusterset zone publishes version 1.0.0, as its own specification says (KEP-1645 §2.2). CoreDNS publishes 1.1.0.',
  'empty-non-terminals':
    'A name with names below it exists (RFC 8020): the parents of `ns.dns`, of SRV owners and of endpoints of the clusterset. CoreDNS answers NXDOMAIN.',
  'doubled-zone':
    'ns.dns.cluster.local.cluster.local does not exist. CoreDNS finds the zone in the middle of the name and answers as for ns.dns.',
  'mixed-case':
    'Names are compared without regard to case (RFC 4343). CoreDNS does not find ns.dns when the zone is not in lower case.',
  'protocol-names':
    'SRV at `_tcp.<service>` answers all ports of the protocol, since guides for people use that form. CoreDNS takes it for the name of an endpoint.',
  underscores:
    'Port and protocol need their underscores (RFC 2782). CoreDNS accepts both without, and empty ones (`_._tcp`) for any.',
  'whole-sets':
    'The addresses at `_port._proto` and beside SRV records are whole sets of the hosts that have the port (RFC 2181 §5). Where hosts of one name have different ports, CoreDNS gives only the addresses of the port.',
  'cname-every-type':
    'A CNAME answers every type (RFC 1034 §3.6.2). CoreDNS answers only A, AAAA and CNAME with it, and NODATA to the rest.',
  any: 'ANY is answered with one set of those that the name has (RFC 8482 §4.1). CoreDNS answers NODATA.',
  'chain-rcode':
    'A chain inside the zones is answered as far as it goes, with the RCODE of the last name (RFC 6604 §3). CoreDNS gives no CNAME at all, and NODATA, where it finds no address at the end or the name points to itself.',
  hidden:
    'A Namespace, Service or ServiceImport that carries the annotation `kube-doh/hide` does not exist, nor anything that belongs to it. CoreDNS does not know the annotation.',
  'hidden-targets':
    'An ExternalName that points to something hidden, or to something that is not among the selected and so may be hidden, has no CNAME record, which would tell of it; its name exists. CoreDNS gives the CNAME.',
  'namespace-labels-pointers':
    'What a label selector of namespaces leaves out has no PTR records either. CoreDNS filters only names.',
  'ignored-pointers':
    'A Service that is ignored for being empty has no PTR records either. CoreDNS ignores only its name.',
  'orphan-slices':
    'PTR points to names that exist: there is none for slices without a Service, nor for those of an ExternalName Service. CoreDNS makes names of their labels.',
  'unlabelled-slices':
    'A slice that belongs to no Service has no records. CoreDNS makes a PTR record with an empty label of it, and then gives no answer.',
  'host-name-slices':
    'A slice of host names (`addressType: FQDN`, deprecated) gives no records. CoreDNS makes CNAME records of them, beside others.',
  'dotted-pod-names':
    'A pod with dots in its name gives its endpoint no name, for it is no label; the endpoint has that of its address. CoreDNS uses the name, which nobody can ask for.',
  'pod-label-endings':
    'With verified pods, an IPv6 address that ends in `::` has the label with a final 0 that an endpoint has, for a label must not end in a dash (RFC 952). CoreDNS finds it only with the dash.',
  'pod-prefixes': 'There is nothing below the name of a pod. CoreDNS passes over one or two labels left of it.',
  'pod-ports': 'The name of a pod has no SRV record, since its ports are not known. CoreDNS gives one with port 0.',
  'terminating-pods':
    'A pod has its names, and its present addresses, until it is gone. CoreDNS passes over what happens to it while it is terminating, so it does not know one that it first saw then.',
  'clusterset-pods':
    'There are no names of pods in the clusterset zone, nor the word `pod` (KEP-1645). CoreDNS answers them as in the own zone.',
  'clusterset-hosts':
    'The endpoints of an import with an address have no names (KEP-1645 forbids them). CoreDNS answers them.',
  'imports-without-ports': 'An import without ports has its addresses. CoreDNS answers NXDOMAIN.',
  'imports-without-protocol':
    'A port of an import that names no protocol is TCP, as its API says. CoreDNS has no name for it.',
  'import-labels':
    'The label selector of objects selects ServiceImports too, as it does their slices. CoreDNS selects them by the labels of namespaces.',
  'reverse-zones':
    "The reverse zones are the private blocks (RFC 6303); names outside are refused, so that nobody is told that the world's addresses have no names. An address that is published is answered wherever it lies. CoreDNS answers for all of in-addr.arpa and ip6.arpa.",
  'reverse-existence':
    'A reverse name with a PTR record, or with such names below it, exists for every type (RFC 8020). CoreDNS answers NXDOMAIN to all but PTR at the whole name.',
  'reverse-prefixes':
    'There is nothing below the reverse name of an address. CoreDNS passes over up to three labels left of an IPv6 one.',
} as const satisfies Record<string, string>;

export type Difference = keyof typeof differences;

export const differenceNames = Object.keys(differences) as Difference[];

/** Which side of the model to take. */
export type Differs = (difference: Difference) => boolean;

export const likeCoreDns: Differs = () => false;
export const likeOurs: Differs = () => true;

/** Ours, but for one. */
export function allBut(left: Difference): Differs {
  return (difference) => difference !== left;
}

/** CoreDNS, but for one. */
export function only(taken: Difference): Differs {
  return (difference) => difference === taken;
}
