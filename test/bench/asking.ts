/**
 * Asking an image the same questions again and again. Runs in Node and inside workerd alike, and calls what the Worker
 * calls. Each function below returns a number that depends on every answer, so that nothing can be left out as unused.
 */

import { reply } from '../../worker/answers/respond.ts';
import { readReverseName } from '../../worker/answers/reverse-name.ts';
import { matchZone } from '../../worker/answers/zone-match.ts';
import { encodeAnswer } from '../../worker/message/answer.ts';
import { parseQuery, type Query } from '../../worker/message/query.ts';
import { type Served, type ServedZones, servedZones } from '../../worker/snapshots/served.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import type { Manifest } from '../../zone/manifest.ts';
import { type RRType, typeCodes } from '../../zone/rrset.ts';

export type LiveServed = Extract<Served, { kind: 'live' }>;

/** What is measured: finding the records in the image, or everything from the question's octets to the answer's. */
export type Extent = 'lookup' | 'answer';

/** Does the work once. */
export type Ask = () => number;

export function serve(image: OpenedImage, manifest: Manifest): LiveServed {
  if (image.kind === 'retired') throw new Error('the image is that of a retired cluster');
  const limits = { softLimitSeconds: 900, hardLimitSeconds: 86_400 };
  return { kind: 'live', signed: { text: '', signature: '', manifest }, zones: servedZones(image.zones), limits };
}

/** One function per message. Throws when a message is not a query. */
export function asks(extent: Extent, served: LiveServed, messages: readonly Uint8Array[]): Ask[] {
  return messages.map((message) =>
    extent === 'answer' ? () => answerTo(message, served).length : lookup(parsed(message), served.zones),
  );
}

/** Asks all in turn, `times` in all. */
export function askInTurn(all: readonly Ask[], times: number): number {
  let sum = 0;
  for (let i = 0; i < times; i += 1) sum += all[i % all.length]!();
  return sum;
}

/** The whole way, but for HTTP. The snapshot counts as just made, whenever that was. */
export function answerTo(message: Uint8Array, served: LiveServed): Uint8Array {
  const answer = reply(parsed(message), served, served.signed.manifest.generatedAt);
  if (answer.kind === 'forward') throw new Error('nobody else is asked here');
  return encodeAnswer(answer, Math.random);
}

function parsed(message: Uint8Array): Query {
  const result = parseQuery(message);
  if (result.kind !== 'query') throw new Error('the message is no query');
  return result.query;
}

const typesByCode = new Map(Object.entries(typeCodes).map(([type, code]) => [code, type as RRType]));

/** Everything that is known before the image is touched is computed here, outside of what is measured. */
function lookup(query: Query, { forward, reverse }: ServedZones): Ask {
  const address = readReverseName(query)?.octets;
  if (address !== undefined) return () => reverse?.pointers(address)?.targets.length ?? 0;
  const match = matchZone(forward, query);
  const type = typesByCode.get(query.qtype);
  if (match === undefined || type === undefined) throw new Error('the question is for no zone of the image');
  const { zone, labelCount, originOffset } = match;
  const name = { octets: query.qname, starts: query.labelOffsets, count: labelCount, end: originOffset };
  return () => {
    const node = zone.find(name);
    const rrset = node?.rrset(type);
    if (node === undefined || rrset === undefined) return 0;
    return 1 + (type === 'SRV' ? node.targetAddresses().length : 0);
  };
}
