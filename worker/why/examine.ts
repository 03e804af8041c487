/**
 * From a question to the first reason why it is answered as it is: the order of steps. What DNS says, the code says that
 * answers questions (answers/respond.ts), so the two never contradict each other. Pure: the time is an argument.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { formatName, type Name } from '../../zone/name.ts';
import { latin1 } from '../answers/latin1.ts';
import { reply } from '../answers/respond.ts';
import type { View } from '../answers/scope.ts';
import type { Query } from '../message/query.ts';
import { recordCount } from '../message/rdata.ts';
import type { Reply } from '../message/reply.ts';
import type { Forward } from '../outside/forward.ts';
import type { Outside } from '../outside/policy.ts';
import type { Served } from '../snapshots/served.ts';
import type { Cause, Explanation, Step } from './explanation.ts';
import { causeOf, type Lines, type MissingName, missingBehind } from './missing-name.ts';
import { nameStep } from './name-step.ts';
import { scopeStep, shown, snapshotStep, zoneStep } from './steps.ts';

export interface Asked {
  readonly query: Query;
  /** As it was asked for. */
  readonly type: string;
  readonly cluster: ClusterId | undefined;
  /** Who asks, for people. */
  readonly credential: string;
  /** Of the cluster, as registered; undefined when it is not. */
  readonly zones: readonly Name[] | undefined;
  /** Of all clusters that the asker may ask. */
  readonly allZones: readonly Name[];
}

/** What decides about the answer. */
export interface Answering {
  readonly served: Served;
  /** Unix milliseconds. */
  readonly now: number;
  readonly view: View;
  readonly outside: Outside;
}

/** What all steps look at. */
export interface Case extends Asked, Answering {
  readonly name: Name;
  /** For people. */
  readonly text: string;
  readonly found: Reply | Forward;
}

/** What one step comes to. */
export interface Finding {
  readonly text: string;
  /** Undefined where nothing is wrong. */
  readonly cause?: Cause;
  /** Whether no other step is taken. */
  readonly ends?: boolean;
  readonly suggestions?: readonly string[];
  readonly missing?: MissingName;
}

/** All that is known without remarks, which may say more of a name that is missing. */
export interface Examination {
  readonly explanation: Explanation;
  readonly missing: MissingName | undefined;
}

/** Throws ImageError. */
export function examine(asked: Asked, answering: Answering): Examination {
  const { query, type, cluster } = asked;
  const name = latin1(query.qname, 0, query.qname.length) as Name;
  const { served, now, view, outside } = answering;
  const found = reply(query, served, now, view, outside);
  const text = shown(name);
  const one: Case = { ...asked, ...answering, name, text, found };
  const steps: Step[] = [{ step: 'credential', ok: true, text: asked.credential }];
  let cause: Cause | null = null;
  let last: Finding | undefined;
  for (const [step, take] of order) {
    last = take(one);
    steps.push({ step, ok: last.cause === undefined, text: last.text });
    // A name that may not be asked for is none of the asker's business, however old what is known of it is.
    cause = (step === 'scope' ? last.cause : undefined) ?? cause ?? last.cause ?? null;
    if (last.ends) break;
  }
  const suggestions = last?.suggestions ?? [];
  const explanation = {
    name: formatName(name),
    type,
    cluster: cluster ?? null,
    steps,
    ...toldBy(found),
    cause,
    suggestions,
  };
  return { explanation, missing: last?.missing };
}

const order = [
  ['zone', zoneStep],
  ['snapshot', snapshotStep],
  ['scope', scopeStep],
  ['name', nameStep],
] as const satisfies readonly (readonly [Step['step'], (one: Case) => Finding])[];

/** `lines` as for `causeOf`. What was wrong before stays the cause. */
export function concluded({ explanation, missing }: Examination, lines: Lines, scope: View['scope']): Explanation {
  if (missing === undefined) return explanation;
  const told = missingBehind(missing.alias, causeOf(missing, lines, scope));
  const { steps, cause } = explanation;
  return {
    ...explanation,
    steps: [...steps.slice(0, -1), { step: 'name', ok: false, text: told.text }],
    cause: cause?.code === 'STALE' ? cause : told,
  };
}

function toldBy(found: Reply | Forward): Pick<Explanation, 'rcode' | 'records'> {
  if (found.kind === 'error') return { rcode: found.rcode, records: 0 };
  const { rcode, answer } = found.kind === 'forward' ? found.before : found;
  const records = answer.reduce((sum, { rrset }) => sum + recordCount(rrset), 0);
  return { rcode: found.kind === 'forward' && records === 0 ? null : rcode, records };
}
