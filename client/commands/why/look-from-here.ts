/** What this machine adds to a report: its own resolver, the route to the addresses, and a connection where one is wanted. */
import { formatAddress } from '../../../zone/address.ts';
import { foldCase, type Name } from '../../../zone/name.ts';
import { typeCodes } from '../../../zone/rrset.ts';
import { readHostsFile } from '../../do53/hosts-file.ts';
import type { Ask } from '../../export/answer.ts';
import { addressesOf, nameAt } from '../../export/asking.ts';
import { addressTypes } from '../../export/record-type.ts';
import { zoneText } from '../../profiles/zone-text.ts';
import { attemptConnection } from '../../why/machine/attempt.ts';
import { dnsFinds } from '../../why/machine/dns-finds.ts';
import type { Attempt, Route } from '../../why/machine/here.ts';
import { judgeAnswer } from '../../why/machine/judge-answer.ts';
import { judgeAttempt, judgeRoutes } from '../../why/machine/judge-route.ts';
import { judgeTarget } from '../../why/machine/judge-target.ts';
import { lookHere, type Machine } from '../../why/machine/look-here.ts';
import type { Judgement } from '../../why/machine/machine-cause.ts';
import { routeTo } from '../../why/machine/route.ts';
import { systemAnswer } from '../../why/machine/system-answer.ts';
import type { Report } from '../../why/report.ts';
import { SystemHost } from '../../wiring/system-host.ts';

export interface LookedFor {
  readonly name: Name;
  /** The one that holds the name. */
  readonly zone: Name;
  readonly ask: Ask;
  readonly connectPort: number | undefined;
}

/** What this machine is asked with; handed in, so that a test can be another machine. */
export interface Ways extends Machine {
  routeTo(address: string): Promise<Route>;
  attempt(address: string, portNumber: number): Promise<Attempt>;
}

const connectMilliseconds = 4000;

export function systemWays(): Ways {
  return {
    host: new SystemHost(),
    hostsFile: readHostsFile,
    systemAnswer,
    dnsFinds,
    routeTo,
    attempt: (address, portNumber) => attemptConnection(address, portNumber, connectMilliseconds),
  };
}

/** Rejects as `ask` does. */
export async function lookFromHere(report: Report, looked: LookedFor, ways: Ways): Promise<Report> {
  const { name, zone, connectPort } = looked;
  const text = zoneText(name);
  const { target, ...known } = report.records === 0 ? nothing : await atEdge(looked);
  let { addresses } = known;
  if (target !== undefined) {
    const there = await ways.systemAnswer(target);
    if (there.kind !== 'addresses') return withJudgements(report, [judgeTarget({ name: text, target }, there)]);
    addresses = there.addresses;
  }
  // It has the name, and other records than these: nothing here can be compared with it.
  if (addresses.length === 0 && report.rcode !== 'NXDOMAIN') return report;
  const here = await lookHere(ways, name, zone);
  const answer = judgeAnswer({ name: text, zone: zoneText(zone), addresses }, here);
  return withJudgements(report, [answer, ...(await reached(addresses, connectPort, ways))]);
}

function withJudgements(report: Report, judgements: readonly Judgement[]): Report {
  const cause = judgements.find((each) => each.cause !== undefined)?.cause;
  return {
    ...report,
    steps: [...report.steps, ...judgements.flatMap(({ steps }) => steps)],
    cause: report.cause ?? (cause === undefined ? null : { ...cause, finder: 'machine' }),
  };
}

interface AtEdge {
  /** Of the name, or of what it is an alias of. */
  readonly addresses: readonly string[];
  /** Without a final dot: where its aliases lead to, beyond what the edge knows. */
  readonly target: string | undefined;
}

const nothing: AtEdge = { addresses: [], target: undefined };

async function atEdge({ name, ask }: LookedFor): Promise<AtEdge> {
  const responses = await Promise.all(addressTypes.map((type) => ask(name, type)));
  const records = responses.flatMap(({ answer }) => answer);
  const owners = new Set(records.map(({ owner }) => foldCase(owner) as Name));
  const addresses = [...owners].flatMap((owner) => addressesOf(owner, records)).map(formatAddress);
  const targets = records.filter(({ type }) => type === typeCodes.CNAME).map(({ data }) => nameAt(data, 0));
  const target = responses.every(({ rcode }) => rcode === 0) ? targets.find((each) => !owners.has(each)) : undefined;
  return { addresses, target: addresses.length > 0 || target === undefined ? undefined : zoneText(target) };
}

async function reached(
  addresses: readonly string[],
  port: number | undefined,
  ways: Ways,
): Promise<readonly Judgement[]> {
  const firsts = [false, true].flatMap((isIPv6) => addresses.find((each) => each.includes(':') === isIPv6) ?? []);
  if (firsts.length === 0) return [];
  const routed = await Promise.all(firsts.map(async (address) => ({ address, route: await ways.routeTo(address) })));
  const routes = judgeRoutes(routed);
  const way = routed.find(({ route }) => route.kind === 'route');
  if (port === undefined || way === undefined) return [routes];
  return [routes, judgeAttempt(way.address, port, await ways.attempt(way.address, port))];
}
