/**
 * What an answer says, whoever asked and in whatever spelling: everything behind header and question, but for the OPT record.
 */
import type { AddressRun } from './address-runs.ts';
import { noErrors } from './error-options.ts';

export interface AnswerBody {
  /** With the upper bits that go into the OPT record. */
  readonly rcode: number;
  /** How many records each section has. */
  readonly counts: readonly [answer: number, authority: number, additional: number];
  /** The records, one behind the other; pointers in them count from the start of a message with this question. */
  readonly records: Uint8Array;
  /** Where in `records` each TTL is. */
  readonly ttlPlaces: readonly number[];
  /** Places count from the start of `records`. */
  readonly addressRuns: readonly AddressRun[];
  /** Extended errors as options of an OPT record. */
  readonly errors: Uint8Array;
}

/** A body without records. */
export function emptyBody(rcode: number, errors: Uint8Array = noErrors): AnswerBody {
  return { rcode, counts: [0, 0, 0], records: new Uint8Array(0), ttlPlaces: [], addressRuns: [], errors };
}
