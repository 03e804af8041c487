/** What on a machine keeps a name from it that the edge has. Values only. */
import type { Cause, Step } from '../report.ts';

/** docs/why.md lists them, with what each means. */
export const machineCodes = [
  'HOSTS_FILE',
  'OTHER_ANSWER',
  'TARGET_NOT_FOUND',
  'LOCAL_NOT_ROUTED',
  'NOT_WIRED',
  'ZONE_NOT_WIRED',
  'WIRING_BROKEN',
  'LOCAL_TO_MDNS',
  'STUB_REMEMBERS',
  'NEGATIVE_CACHE',
  'RESOLVER_FAILED',
  'NO_ROUTE',
  'CONNECTION_REFUSED',
  'CONNECTION_LATE',
  'CONNECTION_FAILED',
] as const;

export type MachineCode = (typeof machineCodes)[number];

export interface MachineCause extends Cause {
  readonly code: MachineCode;
}

export interface Judgement {
  readonly steps: readonly Step[];
  readonly cause: MachineCause | undefined;
}

export function judged(step: Step, cause?: MachineCause): Judgement {
  return { steps: [step], cause };
}
