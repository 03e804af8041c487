/** What clients are told of a failure (RFC 8914): never a token, nor an address that holds one. */
import { errorOption } from './error-options.ts';
import type { SourceFailure } from './lane.ts';

/** As options of an OPT record. `source` is the name of whoever failed. */
export function failureErrors({ code }: SourceFailure, source: string): Uint8Array {
  switch (code) {
    case 'REFUSED_TOKEN':
      return errorOption('Prohibited', `the edge refuses the token of ${source}: log in again with kube-doh login`);
    case 'TOO_MANY_REQUESTS':
      return errorOption('No Reachable Authority', `${source}: the edge was asked too often`);
    case 'LATE':
      return errorOption('No Reachable Authority', `${source}: the edge does not answer in time`);
    case 'MALFORMED':
      return errorOption('Network Error', `${source}: the edge sent something that is no answer to the question`);
    case 'NO_ANSWER':
      return errorOption('No Reachable Authority', `${source}: the edge cannot be reached`);
  }
}
