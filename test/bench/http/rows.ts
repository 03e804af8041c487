/** What is asked over HTTP, a row of the table each. */
import type { SyntheticCluster, SyntheticService } from '../cluster.ts';
import { message, portName, type Question, serviceName } from '../questions.ts';
import { snapshotOptions } from '../snapshot-options.ts';
import { httpRequest, jsonRequest, type Method } from './requests.ts';

/** Whether questions need a token, which then is in the path. */
export type Access = 'open' | 'token';

export interface Row {
  /** For --only: method, access, what is asked and whether it was before, with "-" between. */
  readonly name: string;
  /** The heading that it stands below. */
  readonly section: string;
  readonly label: string;
  readonly access: Access;
  /** Pattern of the hono route that has the same path. */
  readonly pattern: string;
  /** Rows with the same word are compared with one and the same route, which answers all of them alike. */
  readonly route: string;
  /** Asked in turn, and then again from the first. */
  readonly requests: readonly Buffer[];
  /** Of every answer; undefined where it is not in wire format. */
  readonly rcode: number | undefined;
  /** How many times what the route costs it may cost; undefined: it is only shown. */
  readonly maxRatio: number | undefined;
}

const noError = 0;
const noSuchName = 3;
const maxRatios = { repeated: 1.1, first: 1.25 } as const;
const sections = {
  repeated: 'CPU time of a request: A, asked before',
  first: 'CPU time of a request: A, not asked before',
} as const;
const histories = ['repeated', 'first'] as const;
const accesses: readonly Access[] = ['open', 'token'];
const methods: readonly Method[] = ['GET', 'POST'];

export function rowsOf(cluster: SyntheticCluster, token: string): Row[] {
  return [...limitedRows(cluster, token), ...furtherRows(cluster)];
}

function limitedRows({ services }: SyntheticCluster, token: string): Row[] {
  const first = firstMessages(services);
  // Of middling length, so that a route which returns the answer to it is one to compare both with.
  const repeated = [[...first].sort((a, b) => a.length - b.length)[first.length >> 1]!];
  return histories.flatMap((history) =>
    accesses.flatMap((access) =>
      methods.map((method): Row => {
        const path = access === 'open' ? '/dns-query' : `/t/${token}/dns-query`;
        const messages = history === 'repeated' ? repeated : first;
        return {
          name: `${method}-${access}-${history}`,
          section: sections[history],
          label: `${method}, ${access === 'open' ? 'open' : 'token in the path'}`,
          access,
          pattern: access === 'open' ? '/dns-query' : '/t/:token/dns-query',
          route: access,
          requests: messages.map((one) => httpRequest(method, path, one)),
          rcode: noError,
          maxRatio: maxRatios[history],
        };
      }),
    ),
  );
}

function furtherRows({ services }: SyntheticCluster): Row[] {
  const row = (what: string, label: string, questions: readonly Question[], rcode: number): Row => {
    const requests = questions.map((one) => httpRequest('GET', '/dns-query', message(one, origins[0]!)));
    const name = `GET-open-${what}`;
    return { ...shared, name, label, pattern: '/dns-query', route: what, requests, rcode };
  };
  const absent = spread(services).flatMap((one, i) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((n): Question => ({ name: `absent-${i}-${n}.${serviceName(one)}`, type: 'A' })),
  );
  const port = (podCount: number): Question => {
    const one = services.find(({ service, podCount: count }) => service.kind.type === 'headless' && count === podCount);
    return { name: portName(one!), type: 'SRV' };
  };
  const name = `${serviceName(services.find(({ service }) => service.kind.type === 'clusterIP')!)}.cluster.local`;
  return [
    row('NXDOMAIN-repeated', 'NXDOMAIN, asked before', absent.slice(0, 1), noSuchName),
    row('NXDOMAIN-first', 'NXDOMAIN, not asked before', absent, noSuchName),
    row('SRV3', 'SRV with 3 targets, asked before', [port(3)], noError),
    row('SRV100', 'SRV with 100 targets, asked before', [port(100)], noError),
    {
      ...shared,
      name: 'GET-open-JSON',
      label: 'JSON, A, asked before',
      pattern: '/resolve',
      route: 'JSON',
      requests: [jsonRequest(`/resolve?name=${name}&type=A`)],
      rcode: undefined,
    },
  ];
}

const shared = {
  section: 'CPU time of a request: other questions, GET, open',
  access: 'open',
  maxRatio: undefined,
} as const;
const origins = snapshotOptions.zoneOrigins;

/** All names in both zones that have one address: far more than any Worker remembers the answers of. */
function firstMessages(services: readonly SyntheticService[]): Uint8Array[] {
  const names = services.flatMap((one) =>
    one.service.kind.type === 'clusterIP'
      ? [serviceName(one)]
      : one.slices[0]!.endpoints.map(({ hostname }) => `${hostname}.${serviceName(one)}`),
  );
  return spread(origins.flatMap((origin) => names.map((name) => message({ name, type: 'A' }, origin))));
}

/** A prime, so that steps of it come by every place before they come back. */
const step = 31_337;

/** Neighbours far from each other. */
function spread<T>(items: readonly T[]): T[] {
  return items.map((_, i) => items[(i * step) % items.length]!);
}
