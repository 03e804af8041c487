/** Names that mean the same, or nothing, wherever they are asked (RFC 6761 and those after it). */
import type { Case, Topic } from '../case.ts';
import {
  answers,
  answersNothing,
  dns,
  has,
  hasSoaOf,
  lacks,
  noData,
  noName,
  rcode,
  refusedName,
} from '../checks/dns.ts';
import { freshFor, mustNotBeKept } from '../checks/http.ts';
import { post } from '../http/request.ts';
import { query, types, wireName } from '../message/query.ts';
import { endpointHost } from '../targets/places.ts';
import { upstreamAddress } from '../targets/upstream-answers.ts';
import { foreign } from './names.ts';

/** The names are answered by the server itself, or they are nobody's; a server with its own zones alone says neither. */
const unfit = { coredns: 'it answers only for its zones', bind: 'it answers only for its zones' };

const notForwarded = dns(({ answer }) =>
  answer.some((line) => line.includes(upstreamAddress)) ? 'asked of somebody else' : undefined,
);
const everywhere = (name: string, type: keyof typeof types = 'A') =>
  (['open', 'nxdomain', 'forward'] as const).map((at) => post(query(name, type), { at }));

const noNames: readonly Case[] = [
  ['invalid', 'RFC 6761 §6.4', 'nobody’s name, whoever asks'],
  ['test', 'RFC 6761 §6.2', 'for tests on one’s own network'],
  ['onion', 'RFC 7686 §2', 'for Tor, which does not ask DNS'],
  ['alt', 'RFC 9476 §3', 'for what is not DNS'],
].map(([apex, source, why]) => ({
  id: `special-${apex}`,
  source: source!,
  level: 'should',
  title: `What is below ${apex}, ${why}, does not exist.`,
  ask: [...everywhere(`www.${apex}`), ...everywhere(`a.b.${apex}`, 'AAAA')],
  checks: [...noName(apex!), notForwarded],
  unfit,
}));

const privateNames: readonly Case[] = [
  ['local', 'RFC 6762 §22.1', ['printer.local', 'local']],
  ['home-arpa', 'RFC 8375 §4', ['nas.home.arpa', 'home.arpa']],
  ['service-arpa', 'RFC 9665', ['default.service.arpa', 'service.arpa']],
  ['eap-arpa', 'RFC 9965', ['tls.eap.arpa', 'eap.arpa']],
  ['internal', 'RFC 6761 §6', ['www.internal', 'internal']],
  ['ipv4only', 'RFC 8880 §7.1', ['ipv4only.arpa']],
].map(([id, source, asked]) => ({
  id: `special-${id as string}`,
  source: source as string,
  level: 'should',
  title: `${(asked as string[])[0]} is some network’s own, and refused.`,
  ask: (asked as string[]).map((name) => post(query(name, 'A'))),
  checks: refusedName,
}));

/** `1 <host> alpn=h2,h3 dohpath=/dns-query{?dns}` (RFC 9460 §2.2, RFC 9461 §5). */
const designation = Buffer.concat([
  Buffer.from([0, 1]),
  wireName(endpointHost),
  Buffer.from([0, 1, 0, 6, 2, ...Buffer.from('h2'), 2, ...Buffer.from('h3')]),
  Buffer.from([0, 7, 0, 16, ...Buffer.from('/dns-query{?dns}')]),
]);
const isDesignation = dns(({ records }) => {
  const data = records
    .filter(({ section, type }) => section === 'answer' && type === types.SVCB)
    .map((record) => record.data);
  if (data.length !== 1) return `${data.length} SVCB records`;
  const seen = Buffer.from(data[0]!);
  return seen.equals(designation) ? undefined : `SVCB ${seen.toString('latin1')}`;
});
const atNamed = (name: string, type: keyof typeof types) =>
  post(query(name, type), { at: 'closed', path: '/t/{token}/dns-query' });

const privateAddresses = [
  '1.1.168.192.in-addr.arpa',
  '1.0.64.100.in-addr.arpa',
  '1.0.16.172.in-addr.arpa',
  `${'0.'.repeat(30)}d.f.ip6.arpa`,
];

export const specialUse: Topic = {
  name: 'Special names',
  cases: [
    {
      id: 'special-localhost',
      source: 'RFC 6761 §6.3',
      level: 'should',
      title: 'localhost, and what is below it, is the asker’s own machine.',
      ask: ['localhost', 'a.localhost', 'LOCALHOST'].map((name) => post(query(name, 'A'))),
      checks: [
        rcode('NOERROR'),
        dns(({ answer }) => (/ A 127\.0\.0\.1$/.test(answer.join()) ? undefined : answer.join('; '))),
      ],
      unfit,
    },
    {
      id: 'special-localhost-ipv6',
      source: 'RFC 6761 §6.3',
      level: 'should',
      title: 'So it is in IPv6.',
      ask: everywhere('app.localhost', 'AAAA'),
      checks: [
        rcode('NOERROR'),
        dns(({ answer }) => (/ AAAA ::1$/.test(answer.join()) ? undefined : answer.join('; '))),
        notForwarded,
      ],
      unfit,
    },
    {
      id: 'special-localhost-others',
      source: 'RFC 6761 §6.3',
      level: 'should',
      title: 'It has nothing but addresses.',
      ask: (['MX', 'TXT', 'SRV', 'NS'] as const).map((type) => post(query('localhost', type))),
      checks: [rcode('NOERROR'), answersNothing, hasSoaOf('localhost')],
      unfit,
    },
    ...noNames,
    {
      id: 'special-apexes',
      source: 'RFC 6303 §3',
      level: 'open',
      title: 'Those names themselves have no addresses either.',
      ask: ['invalid', 'test', 'onion', 'alt'].flatMap((name) => everywhere(name)),
      checks: [rcode('NXDOMAIN', 'NOERROR'), answersNothing, has('AA')],
      unfit,
    },
    {
      id: 'special-local-soa',
      source: 'RFC 6303 §3',
      level: 'open',
      title: 'That they do not exist may be kept for three hours.',
      ask: post(query('www.invalid', 'A')),
      checks: [freshFor(10_800)],
      unfit,
    },
    {
      id: 'special-dnscrypt-probe',
      source: 'RFC 8020 §2',
      level: 'open',
      title: 'dnscrypt-proxy’s question whether a server lies about names that do not exist gets NXDOMAIN.',
      ask: everywhere('fqbtywzrmpxgkvje.test.dnscrypt', 'NS'),
      checks: [rcode('NXDOMAIN'), answersNothing],
      unfit,
    },
    ...privateNames,
    {
      id: 'special-private-reverse',
      source: 'RFC 6303 §4',
      level: 'should',
      title: 'Private addresses that are not the cluster’s are refused.',
      ask: privateAddresses.map((name) => post(query(name, 'PTR'))),
      checks: refusedName,
    },
    {
      id: 'special-private-not-forwarded',
      source: 'RFC 6303 §3',
      level: 'open',
      title: 'None of these is asked of others, where names outside are.',
      ask: [
        'printer.local',
        'nas.home.arpa',
        'www.internal',
        'ipv4only.arpa',
        'x.service.arpa',
        ...privateAddresses,
      ].map((name) => post(query(name, 'A'), { at: 'forward' })),
      checks: [...refusedName, notForwarded],
    },
    {
      id: 'special-canary',
      source: 'RFC 8484 §3',
      level: 'open',
      title: 'The name whose NXDOMAIN makes Firefox stop using DNS over HTTPS is never NXDOMAIN.',
      ask: (['A', 'AAAA'] as const).flatMap((type) => everywhere('use-application-dns.net', type)),
      checks: [rcode('REFUSED', 'NOERROR')],
      unfit,
    },
    {
      id: 'special-firefox-confirmation',
      source: 'RFC 8484 §3',
      level: 'open',
      title: 'Where Firefox asks for example.com to see whether a server works, forwarding answers.',
      ask: post(query('example.com', 'NS'), { at: 'forward' }),
      checks: [rcode('NOERROR'), has('RA')],
    },
    {
      id: 'special-resolver-arpa',
      source: 'RFC 9462 §6.4',
      level: 'must',
      title: 'resolver.arpa, and what is below it, has no records but those that designate a resolver.',
      ask: [
        ...everywhere('resolver.arpa'),
        ...everywhere('_dns.resolver.arpa'),
        ...everywhere('x.y.resolver.arpa', 'TXT'),
      ],
      checks: [...noData('resolver.arpa'), notForwarded],
      unfit,
    },
    {
      id: 'special-no-designation',
      source: 'RFC 9462 §4',
      level: 'should',
      title: 'An endpoint that was not told its own name designates nobody.',
      ask: everywhere('_dns.resolver.arpa', 'SVCB'),
      checks: [...noData('resolver.arpa'), notForwarded],
      unfit,
    },
    {
      id: 'special-designation',
      source: 'RFC 9462 §4',
      level: 'open',
      title: 'One that was told it designates itself, for HTTP/2 and HTTP/3.',
      ask: atNamed('_dns.resolver.arpa', 'SVCB'),
      checks: [rcode('NOERROR'), isDesignation],
    },
    {
      id: 'special-designation-by-name',
      source: 'RFC 9462 §5',
      level: 'open',
      title: 'Also to whom knows its name.',
      ask: atNamed(`_dns.${endpointHost}`, 'SVCB'),
      checks: [rcode('NOERROR'), isDesignation],
    },
    {
      id: 'special-designation-no-token',
      source: 'RFC 9461 §5',
      level: 'open',
      title: 'The path in it holds no token.',
      ask: [atNamed('_dns.resolver.arpa', 'SVCB'), atNamed(`_dns.${endpointHost}`, 'SVCB')],
      checks: [
        rcode('NOERROR'),
        ({ body }) => (/kd1|\/t\//.test(Buffer.from(body).toString('latin1')) ? 'a token' : undefined),
      ],
    },
    {
      id: 'special-own-zone-first',
      source: 'RFC 6761 §5',
      level: 'must',
      title: 'The cluster’s zone is below a name that is special, and is answered all the same.',
      ask: (['open', 'nxdomain', 'forward'] as const).map((at) =>
        post(query('api.shop.svc.cluster.local', 'A'), { at }),
      ),
      checks: [rcode('NOERROR'), answers('api.shop.svc.cluster.local 30 IN A 10.96.0.20'), has('AA')],
    },
    {
      id: 'special-outside-refused',
      source: 'RFC 8914 §4.21',
      level: 'open',
      title: 'All other names outside the zones are refused, so that clients ask their other servers.',
      ask: [post(query(foreign, 'A')), post(query('.', 'NS')), post(query('8.8.8.8.in-addr.arpa', 'PTR'))],
      checks: [...refusedName, lacks('RA'), mustNotBeKept],
    },
  ],
};
