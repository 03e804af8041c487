/** What is found out about a name: steps from the question to the cause, as people and programs get it. Values only. */

/** Which part of the way a step looks at, in the order of the way. docs/why.md says what each is. */
export const stepNames = [
  'edge',
  'credential',
  'zone',
  'snapshot',
  'scope',
  'name',
  'kubernetes',
  'resolver',
  'route',
  'connect',
] as const;

export interface Step {
  /** One of `stepNames`, or what a later edge calls a step of its own. */
  readonly step: string;
  readonly ok: boolean;
  /** One plain sentence. */
  readonly text: string;
}

export interface Cause {
  /** Stable, of A to Z and underscores. */
  readonly code: string;
  /** One plain sentence. */
  readonly text: string;
  /** What to do, one plain sentence. */
  readonly next: string;
}

/** Who found the cause. */
export type Finder = 'edge' | 'kubernetes' | 'machine';

export interface Report {
  /** With its final dot. */
  readonly name: string;
  readonly type: string;
  /** Origin of the edge that was asked. */
  readonly edge: string;
  readonly cluster: string | null;
  /** What the edge answers to a question; null when it was not found out. */
  readonly rcode: string | null;
  readonly records: number | null;
  readonly steps: readonly Step[];
  readonly cause: (Cause & { readonly finder: Finder }) | null;
  /** Full names with a final dot that exist, the likeliest first. */
  readonly suggestions: readonly string[];
}

/** `found`: there are records, and nothing is in the way. `cause`: it is known why not. `unknown`: it could not be told. */
export type Verdict = 'found' | 'cause' | 'unknown';

export function verdictOf({ cause, rcode, records }: Report): Verdict {
  if (cause !== null) return 'cause';
  return rcode === 'NOERROR' && records !== null && records > 0 ? 'found' : 'unknown';
}

/** As `kube-doh why --json` prints it; docs/why.md is about this. */
export function reportJson(report: Report): unknown {
  const { name, type, edge, cluster, rcode, records, steps, cause, suggestions } = report;
  return {
    name,
    type,
    edge,
    cluster,
    verdict: verdictOf(report),
    rcode,
    records,
    steps: steps.map(({ step, ok, text }) => ({ step, ok, text })),
    cause: cause && { code: cause.code, text: cause.text, next: cause.next, finder: cause.finder },
    suggestions,
  };
}
