/**
 * What becomes of a question about a name that no zone here holds: first by what is special about the name, then by the
 * operator's policy. Pure.
 */
import type { Name } from '../../zone/name.ts';
import { type LocalAnswer, localAnswer } from './local-answer.ts';
import type { Outside } from './policy.ts';
import { specialUseOf } from './special-use.ts';

export type OutsideDecision =
  | { readonly kind: 'local'; readonly answer: LocalAnswer }
  | { readonly kind: 'refuse' }
  /** NXDOMAIN, for which nobody vouches. */
  | { readonly kind: 'no-name' }
  | { readonly kind: 'forward'; readonly upstream: string };

export function decideOutside(name: Name, qtype: number, { policy, endpointHost }: Outside): OutsideDecision {
  const use = specialUseOf(name, endpointHost);
  switch (use?.kind) {
    case 'loopback':
    case 'designation':
    case 'empty':
    case 'no-name':
      return { kind: 'local', answer: localAnswer(use, name, qtype, endpointHost) };
    case 'private':
      return { kind: policy.kind === 'nxdomain' ? 'no-name' : 'refuse' };
    case 'canary':
      return policy.kind === 'forward' ? policy : { kind: 'refuse' };
    case undefined:
      return policy.kind === 'nxdomain' ? { kind: 'no-name' } : policy;
  }
}

/** What is known of the name whatever the zones are; undefined when one of them may hold it. */
export function knownWithoutZones(name: Name, qtype: number, endpointHost: Name | undefined): LocalAnswer | undefined {
  const use = specialUseOf(name, endpointHost);
  switch (use?.kind) {
    case 'loopback':
    case 'designation':
    case 'empty':
      return localAnswer(use, name, qtype, endpointHost);
    case 'no-name':
      return use.isCertain ? localAnswer(use, name, qtype, endpointHost) : undefined;
    case 'private':
    case 'canary':
    case undefined:
      return undefined;
  }
}
