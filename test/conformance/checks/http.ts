/** Checks of what HTTP says: statuses, fields, freshness. */
import type { Check } from '../case.ts';
import { field, type HttpAnswer } from '../http/exchange.ts';
import { mediaType } from '../http/request.ts';

/** One of these statuses, and the whole answer. */
export function status(...wanted: readonly number[]): Check {
  return ({ status: seen, failure }) => {
    if (!wanted.includes(seen))
      return `status ${seen}${failure === undefined ? '' : ` (${failure})`}, not ${wanted.join(' or ')}`;
    return failure;
  };
}

/** As a regular expression; an empty one is a field that is not there. */
export function hasField(name: string, wanted: RegExp): Check {
  return (answer) => {
    const seen = field(answer, name);
    return wanted.test(seen) ? undefined : `"${name}: ${seen}" is not ${wanted}`;
  };
}

export function lacksField(name: string): Check {
  return (answer) => (name in answer.headers ? `there is "${name}: ${field(answer, name)}"` : undefined);
}

/** `Content-Length`, where there is one, is that of the body. */
export const lengthIsTrue: Check = (answer) => {
  const said = field(answer, 'content-length');
  const isTrue = said === '' || Number(said) === answer.body.length;
  return isTrue ? undefined : `"content-length: ${said}", and ${answer.body.length} octets`;
};

export const hasNoBody: Check = ({ body }) => (body.length === 0 ? undefined : `a body of ${body.length} octets`);

/** RFC 8484 §4.2.1: what is not a success holds no answer to the question; and nobody keeps it. */
export const isNoDnsAnswer: Check = (answer) => {
  const type = field(answer, 'content-type');
  if (type.startsWith(mediaType)) return 'a DNS message with a status that is no success';
  const seconds = freshSeconds(answer);
  return seconds === undefined || seconds === 0 ? undefined : `may be kept for ${seconds} s`;
};

/** A refusal with one of these statuses. */
export function refused(...statuses: readonly number[]): Check {
  return (answer, request) => status(...statuses)(answer, request) ?? isNoDnsAnswer(answer, request);
}

/** May be kept for exactly so long. */
export function freshFor(wanted: number): Check {
  return (answer) => {
    const seconds = freshSeconds(answer);
    return seconds === wanted
      ? undefined
      : `may be kept for ${seconds ?? 'an unknown number of'} seconds, not ${wanted}`;
  };
}

export function freshAtMost(most: number): Check {
  return (answer) => {
    const seconds = freshSeconds(answer);
    if (seconds === undefined) return 'does not say for how long it may be kept';
    return seconds <= most ? undefined : `may be kept for ${seconds} s, more than ${most}`;
  };
}

/** Says that it may not be kept, or says nothing at all. */
export const isNotFresh: Check = (answer) => {
  const seconds = freshSeconds(answer) ?? 0;
  return seconds === 0 ? undefined : `may be kept for ${seconds} s`;
};

/** Says that it may not be kept. */
export const mustNotBeKept = freshFor(0);

/** The freshness lifetime (RFC 9111 §4.2.1); undefined when it is not said. */
export function freshSeconds(answer: HttpAnswer): number | undefined {
  const directives = field(answer, 'cache-control')
    .toLowerCase()
    .split(/\s*,\s*/);
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0;
  const age = directives
    .map((directive) => /^max-age=(\d+)$/.exec(directive)?.[1])
    .find((found) => found !== undefined);
  return age === undefined ? undefined : Math.max(0, Number(age) - Number(field(answer, 'age')));
}
