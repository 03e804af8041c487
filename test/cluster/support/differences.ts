/**
 * Where the answers differ from CoreDNS's on purpose, and why. Each must still differ: one that no longer does is to be
 * taken off the list.
 */

export interface Difference {
  readonly reason: string;
  /** `ours` is this project's answer, its RCODE first. */
  readonly applies: (name: string, type: string, ours: string) => boolean;
}

const apex = 'cluster.local.';
const isProtocol = (name: string): boolean => /^_(tcp|udp|sctp)\./.test(name);
/** The apex, `svc` and Namespaces. */
const isEmpty = (name: string): boolean => /^(?!nope)([a-z-]+\.)?svc\.cluster\.local\.$|^cluster\.local\.$/.test(name);

export const differences: readonly Difference[] = [
  {
    reason: 'SRV at _tcp.<service> answers all ports of the protocol: guides for people use the form',
    applies: (name, type) => isProtocol(name) && type === 'SRV',
  },
  {
    reason: 'the parent of an SRV owner is an empty non-terminal, so it exists (RFC 8020)',
    applies: (name, type) => isProtocol(name) && type !== 'SRV' && type !== 'SOA',
  },
  {
    reason: 'TXT at a name that exists without data is NODATA, not NXDOMAIN (RFC 2308 section 2.2)',
    applies: (name, type) => isEmpty(name) && type === 'TXT',
  },
  {
    reason: 'dns-version exists for every type',
    applies: (name, type) => name === 'dns-version.cluster.local.' && type !== 'TXT' && type !== 'SOA',
  },
  {
    reason: 'SOA at a name that does not exist is NXDOMAIN, not NODATA',
    applies: (name, type, ours) => type === 'SOA' && name !== apex && ours.startsWith('NXDOMAIN'),
  },
  {
    reason: 'the serial is that of the snapshot, and NS is ns.dns of the zone whatever CoreDNS listens on',
    applies: (name, type) => name === apex && (type === 'SOA' || type === 'NS'),
  },
];
