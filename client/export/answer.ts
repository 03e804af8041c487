/** What an edge answered, as people and scripts read it: zone file lines, one line of reasons, JSON. Pure. */
import { presentationOf } from '../../worker/json/presentation.ts';
import { extendedErrorCodes } from '../../worker/message/extended-error.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import type { ResponseMessage, ResponseRecord } from '../../worker/message/read-response.ts';
import type { ReceivedError } from '../../worker/message/response-edns.ts';
import { formatName, type Name } from '../../zone/name.ts';
import { rcodeText, typeText } from './record-type.ts';

export interface Asked {
  readonly name: Name;
  readonly type: number;
}

/** One question to whoever knows the name's zone. Rejects when there is no DNS answer; an error code is an answer. */
export type Ask = (name: Name, type: number) => Promise<ResponseMessage>;

export type Finding = 'found' | 'no-name' | 'no-data' | 'failed';

/** Whether there are records; `failed` is every RCODE but NOERROR and NXDOMAIN. */
export function findingOf({ rcode, answer }: ResponseMessage): Finding {
  if (rcode === rcodes.NXDOMAIN) return 'no-name';
  if (rcode !== rcodes.NOERROR) return 'failed';
  return answer.length === 0 ? 'no-data' : 'found';
}

/** `owner TTL IN TYPE data` (RFC 1035 §5.1), names with their final dot. */
export function recordLine(record: ResponseRecord): string {
  return `${formatName(record.owner)} ${record.ttlSeconds} IN ${typeText(record.type)} ${recordData(record)}`;
}

/** The data alone. */
export function recordData({ type, data }: ResponseRecord): string {
  return presentationOf(type, data);
}

/** As `a.example. SRV: REFUSED; EDE 18 (Prohibited): this credential is not for that name`, without control characters. */
export function outcomeLine({ name, type }: Asked, response: ResponseMessage): string {
  const noData = findingOf(response) === 'no-data' ? ', but no such records' : '';
  const outcome = `${formatName(name)} ${typeText(type)}: ${rcodeText(response.rcode)}${noData}`;
  return [outcome, ...errorsOf(response).map(errorText)].join('; ').replace(/\p{Cc}/gu, '?');
}

/** As `kube-doh resolve --json` prints it. */
export function answerJson({ name, type }: Asked, response: ResponseMessage): unknown {
  return {
    name: formatName(name),
    type: typeText(type),
    rcode: rcodeText(response.rcode),
    answers: response.answer.map((record) => ({
      name: formatName(record.owner),
      type: typeText(record.type),
      ttl: record.ttlSeconds,
      data: recordData(record),
    })),
    errors: errorsOf(response).map(({ code, text }) => ({ code, name: errorNames.get(code) ?? null, text })),
  };
}

const errorNames: ReadonlyMap<number, string> = new Map(
  Object.entries(extendedErrorCodes).map(([name, code]) => [code, name]),
);

function errorsOf({ edns }: ResponseMessage): readonly ReceivedError[] {
  return edns?.extendedErrors ?? [];
}

function errorText({ code, text }: ReceivedError): string {
  const name = errorNames.get(code);
  const head = name === undefined ? `EDE ${code}` : `EDE ${code} (${name})`;
  return text === '' ? head : `${head}: ${text}`;
}
