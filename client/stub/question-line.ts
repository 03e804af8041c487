/** A question and what became of it, as a line for people. */
import { parseQuery } from '../../worker/message/query.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import { formatName } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { nameText } from './question.ts';
import { uint16 } from './record-places.ts';

const typeNames: ReadonlyMap<number, string> = new Map([
  ...Object.entries(typeCodes).map(([name, code]) => [code, name] as const),
  [6, 'SOA'],
  [15, 'MX'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [255, 'ANY'],
]);

const rcodeNames: ReadonlyMap<number, string> = new Map(Object.entries(rcodes).map(([name, code]) => [code, name]));

/** Such as `web.shop.svc.cluster.local. A: NOERROR, 3 records`. */
export function questionLine(message: Uint8Array, answer: Uint8Array | undefined): string {
  const parsed = parseQuery(message);
  const asked =
    parsed.kind === 'query'
      ? `${formatName(nameText(parsed.query.qname))} ${typeName(parsed.query.qtype)}`
      : 'what is no question';
  return `${asked}: ${answer === undefined ? 'no answer' : outcomeOf(answer)}`;
}

function outcomeOf(answer: Uint8Array): string {
  const code = answer[3]! & 0x0f;
  const isTruncated = (answer[2]! & 0x02) !== 0;
  const records = uint16(answer, 6);
  const rcode = rcodeNames.get(code) ?? `RCODE${code}`;
  return `${rcode}, ${records} record${records === 1 ? '' : 's'}${isTruncated ? ', truncated' : ''}`;
}

/** RFC 3597 §5 for those without a name here. */
function typeName(code: number): string {
  return typeNames.get(code) ?? `TYPE${code}`;
}
