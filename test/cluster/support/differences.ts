/**
 * Where the answers to names below the cluster's domain differ from CoreDNS's on purpose, why, and what they are instead.
 * Each must still differ: one that no longer does is to be taken off the list.
 */
import type { QuestionType } from '../../../client/doh-client.ts';

export interface Difference {
  readonly reason: string;
  readonly applies: (name: string, type: QuestionType, coreDns: CoreDns) => boolean | Promise<boolean>;
  /** This project's answer. */
  readonly expected: (name: string, type: QuestionType, coreDns: CoreDns) => string | RegExp | Promise<string>;
}

/** CoreDNS's answer to any question, its RCODE first. */
type CoreDns = (name: string, type: QuestionType) => Promise<string>;

const apex = 'cluster.local.';
const version = 'dns-version.cluster.local.';
const isProtocol = (name: string): boolean => /^_(tcp|udp|sctp)\./.test(name);
/** The apex, `svc` and Namespaces. */
const isEmpty = (name: string): boolean => /^(?!nope)([a-z-]+\.)?svc\.cluster\.local\.$|^cluster\.local\.$/.test(name);

const noData = (): string => 'NOERROR\nwith SOA';

export const differences: readonly Difference[] = [
  {
    reason: 'SRV at _tcp.<service> answers all ports of the protocol: guides for people use the form',
    applies: (name, type) => isProtocol(name) && type === 'SRV',
    // The examples' Services have one protocol each, so these are the records at the Service's own name.
    expected: async (name, type, coreDns) => {
      const service = name.slice(name.indexOf('.') + 1);
      const owner = (text: string): string => text.replace(/\.$/, '');
      const records = (await coreDns(service, type)).split('\n');
      return records.map((line) => line.replace(new RegExp(`^${owner(service)} `), `${owner(name)} `)).join('\n');
    },
  },
  {
    reason: 'the parent of an SRV owner is an empty non-terminal, so it exists (RFC 8020)',
    applies: (name, type) => isProtocol(name) && type !== 'SRV' && type !== 'SOA',
    expected: noData,
  },
  {
    reason: 'TXT at a name that exists without data is NODATA, not NXDOMAIN (RFC 2308 section 2.2)',
    applies: (name, type) => isEmpty(name) && type === 'TXT',
    expected: noData,
  },
  {
    reason: 'dns-version exists for every type',
    applies: (name, type) => name === version && type !== 'TXT' && type !== 'SOA',
    expected: noData,
  },
  {
    reason: 'SOA at a name that does not exist is NXDOMAIN, not NODATA',
    applies: async (name, type, coreDns) => {
      return (
        type === 'SOA' && !isProtocol(name) && (await coreDns(name, 'A')).startsWith('NXDOMAIN') && name !== version
      );
    },
    expected: () => 'NXDOMAIN\nwith SOA',
  },
  {
    reason: 'the serial is that of the snapshot',
    applies: (name, type) => name === apex && type === 'SOA',
    expected: () =>
      /^NOERROR\ncluster\.local 30 SOA \{"mname":"ns\.dns\.cluster\.local","rname":"hostmaster\.cluster\.local",/,
  },
  {
    reason: 'NS is ns.dns of the zone, whatever addresses CoreDNS listens on',
    applies: (name, type) => name === apex && type === 'NS',
    expected: () => 'NOERROR\ncluster.local 30 NS ns.dns.cluster.local',
  },
];
