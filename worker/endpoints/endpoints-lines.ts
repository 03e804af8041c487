/** The lines of an endpoints value that somebody asks for and may hear of. */
import { type EndpointsHead, readEndpointsHead } from '../../zone/endpoints/line.ts';
import { maxLineOctets, supplementLimits } from '../../zone/supplement/supplement.ts';
import type { Scope } from '../answers/scope.ts';
import { wholeLines } from '../supplements/whole-lines.ts';
import { broken, Endpoints } from './endpoints.ts';

export interface LineFilter {
  readonly scope: Scope;
  /** Undefined: all of them. */
  readonly namespace: string | undefined;
  readonly service: string | undefined;
}

export interface OpenedLine {
  readonly head: EndpointsHead;
  /** To be read before the next line is. */
  readonly endpoints: Endpoints;
}

const start = /^\{"name":"([a-z0-9-]+)\.([a-z0-9-]+)\.svc",/;
/** No text in a line has a quotation mark, so these are members and nothing else. */
const offerMark = ',"ports":';
const mark = ',"endpoints":[';
/** A name and labels, or what follows them, that stand in the place of what is not looked at. */
const anyFront = '{"name":"a.a.svc","labels":{}';
const anyOffer = ',"ports":[],"columns":[]';

/**
 * As many at a time as a piece of the text holds, and none of another namespace. A list with a gap looks like one without,
 * so a line that cannot be read ends it: SnapshotError. Throws too when the body is not gzip.
 */
export async function* endpointsLines(body: Uint8Array, filter: LineFilter): AsyncGenerator<Iterable<OpenedLine>> {
  const offers: Offers = new Map();
  for await (const octets of wholeLines(body, supplementLimits.endpoints.textOctets, broken)) {
    yield openedLines(octets, filter, offers);
  }
}

/** So many are more than a cluster has, and no burden. */
const maxOffers = 1000;

/** Ports and columns, by their text: many lines have the same. */
type Offers = Map<string, EndpointsHead | undefined>;

function* openedLines(
  octets: Uint8Array,
  { scope, namespace, service }: LineFilter,
  offers: Offers,
): Generator<OpenedLine> {
  const text = new TextDecoder().decode(octets);
  // Then characters and octets are at the same places.
  if (text.length !== octets.length) broken('a line is not ASCII');
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const headEnd = text.indexOf(mark, at);
    if (headEnd < 0 || headEnd > end) broken('a line has no endpoints');
    if (end - at > maxLineOctets) broken(`a line has more than ${maxLineOctets} octets`);
    const headText = text.slice(at, headEnd);
    const [, ownService, ownNamespace] = start.exec(headText) ?? broken('a line does not begin with a Service');
    at = end + 1;
    if (service !== undefined && service !== ownService) continue;
    if (namespace !== undefined && namespace !== ownNamespace) continue;
    if (scope !== 'all' && !scope.has(ownNamespace!)) continue;
    const offerAt = headText.indexOf(offerMark);
    const offerText = headText.slice(offerAt);
    const known = offers.get(offerText) ?? readEndpointsHead(anyFront + offerText);
    if (offers.size > maxOffers) offers.clear();
    offers.set(offerText, known);
    const own = readEndpointsHead(headText.slice(0, offerAt) + anyOffer);
    if (known === undefined || own === undefined) broken('a line is none of endpoints');
    const head = { ...own, ports: known.ports, columns: known.columns };
    yield { head, endpoints: new Endpoints(octets, headEnd + mark.length, end, head.columns.length) };
  }
}
