/** Tries cases with a server. */
import { type Case, type Complaint, requestsOf } from './case.ts';
import type { HttpAnswer } from './http/exchange.ts';
import { ownPlaces, type Target } from './targets/target.ts';

export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly complaint: string }
  /** The case makes no sense with this server. */
  | { readonly kind: 'unfit'; readonly reason: string };

/** By the ids of the cases, in their order. */
export type Verdicts = ReadonlyMap<string, Verdict>;

export async function runCases(cases: readonly Case[], target: Target): Promise<Verdicts> {
  const verdicts = new Map<string, Verdict>();
  for (const each of cases) verdicts.set(each.id, await runCase(each, target));
  return verdicts;
}

export async function runCase(given: Case, target: Target): Promise<Verdict> {
  const reason = unfitness(given, target);
  if (reason !== undefined) return { kind: 'unfit', reason };
  const requests = requestsOf(given);
  const sent = given.atOnce ? requests.map((request) => target.send(request)) : undefined;
  const answers: HttpAnswer[] = [];
  for (const [i, request] of requests.entries()) {
    const answer = await (sent?.[i] ?? target.send(request));
    answers.push(answer);
    for (const check of given.checks) {
      const complaint = check(answer, request);
      if (complaint !== undefined) return { kind: 'fail', complaint: numbered(complaint, i + 1, requests.length) };
    }
  }
  const complaint: Complaint = given.together?.(answers);
  return complaint === undefined ? { kind: 'pass' } : { kind: 'fail', complaint };
}

function unfitness(given: Case, { name }: Target): string | undefined {
  if (name === 'worker') return undefined;
  const reason = given.unfit?.[name];
  if (reason !== undefined) return reason;
  const requests = requestsOf(given);
  const place = requests.map(({ at }) => at).find((at) => at !== 'open');
  if (place !== undefined) return ownPlaces[place];
  // RFC 8484 §5.2 recommends HTTP/2 as the minimum, so a server may speak nothing else.
  if (name === 'bind' && requests.some(({ via }) => via === 'HTTP/1.1')) return 'it speaks HTTP/2 only';
  return undefined;
}

function numbered(complaint: string, number: number, total: number): string {
  return total === 1 ? complaint : `request ${number} of ${total}: ${complaint}`;
}
