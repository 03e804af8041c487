/**
 * A DNS response as JSON, in the schema that Google Public DNS and those after it serve. Names have their final dot; what
 * is undefined is left out of the text.
 */
import { formatName } from '../../zone/name.ts';
import { extendedErrorCodes } from '../message/extended-error.ts';
import { headerFlags, type ResponseMessage, type ResponseRecord } from '../message/read-response.ts';
import { presentationOf } from './presentation.ts';

export interface JsonAnswer {
  /** The RCODE. */
  readonly Status: number;
  readonly TC: boolean;
  readonly RD: boolean;
  readonly RA: boolean;
  readonly AD: boolean;
  readonly CD: boolean;
  readonly Question: readonly { readonly name: string; readonly type: number }[];
  readonly Answer: readonly JsonRecord[] | undefined;
  readonly Authority: readonly JsonRecord[] | undefined;
  readonly Additional: readonly JsonRecord[] | undefined;
  /** The extended errors, for people. */
  readonly Comment: string | undefined;
}

interface JsonRecord {
  readonly name: string;
  readonly type: number;
  /** In seconds. */
  readonly TTL: number;
  readonly data: string;
}

export function jsonAnswer(response: ResponseMessage): JsonAnswer {
  const { flags, rcode, question, answer, authority, additional, edns } = response;
  const is = (flag: number): boolean => (flags & flag) !== 0;
  return {
    Status: rcode,
    TC: is(headerFlags.truncated),
    RD: is(headerFlags.recursionDesired),
    RA: is(headerFlags.recursionAvailable),
    AD: is(headerFlags.authenticData),
    CD: is(headerFlags.checkingDisabled),
    Question: question === undefined ? [] : [{ name: formatName(question.qname), type: question.qtype }],
    Answer: unlessEmpty(answer.map(jsonRecord)),
    Authority: unlessEmpty(authority.map(jsonRecord)),
    Additional: unlessEmpty(additional.map(jsonRecord)),
    Comment: unlessEmpty(edns?.extendedErrors.map(commentText) ?? [])?.join('; '),
  };
}

function unlessEmpty<Item>(items: Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

function jsonRecord({ owner, type, ttlSeconds, data }: ResponseRecord): JsonRecord {
  return { name: formatName(owner), type, TTL: ttlSeconds, data: presentationOf(type, data) };
}

const errorNames: ReadonlyMap<number, string> = new Map(
  Object.entries(extendedErrorCodes).map(([name, code]) => [code, name]),
);

/** As `EDE 18 (Prohibited): this credential is not for that name`. */
function commentText({ code, text }: { readonly code: number; readonly text: string }): string {
  const name = errorNames.get(code);
  const head = name === undefined ? `EDE ${code}` : `EDE ${code} (${name})`;
  return text === '' ? head : `${head}: ${text}`;
}
