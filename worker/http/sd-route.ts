/**
 * `[/t/<token>][/c/<cluster>]/sd`, once it is known who asks: the endpoints of Services as targets of a checker, in the JSON
 * of Prometheus's HTTP service discovery or as plain lines (docs/health-checkers-http.md).
 */
import { nameOrUndefined } from '../../zone/name.ts';
import { zoneText } from '../clusters/registration.ts';
import { endpointsLines, type LineFilter } from '../endpoints/endpoints-lines.ts';
import { OctetPieces } from '../endpoints/octet-pieces.ts';
import { groupEndOctets, type Showing, writeTargets } from '../endpoints/targets.ts';
import type { Supplement } from '../supplements/stored-supplement.ts';
import type { Asking } from './asking.ts';
import type { Deciders } from './decision.ts';
import { badRequest, expired, jsonHeaders, problemResponse } from './problem.ts';
import { damagedEndpoints, type Live, publishedEndpoints } from './published-endpoints.ts';
import { streamed } from './streamed.ts';
import { countForm, labelForm, oneOf, strictParameters } from './strict-parameters.ts';
import { viewOf } from './view.ts';

const bracket = 0x5b;

export const sdParameters = {
  namespace: labelForm,
  service: labelForm,
  port: labelForm,
  address: oneOf('ip', 'name'),
  ready: oneOf('only', 'all'),
  zone: [/./, 'a zone of the cluster'],
  format: oneOf('prometheus', 'targets', 'addresses'),
  max_age: countForm,
} as const;

/** Throws StoreError. */
export async function getSd(deciders: Deciders, asking: Asking): Promise<Response> {
  const parameters = strictParameters(asking.url, sdParameters);
  if ('reason' in parameters) return problemResponse(badRequest(parameters.reason));
  const { namespace, service, port, address, ready, zone, format, max_age } = parameters.values;
  const found = await publishedEndpoints(deciders, asking, namespace);
  const isJson = format === undefined || format === 'prometheus';
  if (found === undefined) return new Response(isJson ? '[]\n' : '', { headers: headersOf(isJson) });
  if ('code' in found) return problemResponse(found);
  const { cluster, served, supplement, ageSeconds } = found;
  const { scope, pointerZone } = viewOf(asking.reader).view;
  const shownZone = zoneOf(served, zone, pointerZone);
  if (shownZone === undefined) return problemResponse(badRequest('"zone" must be a zone of the cluster'));
  if (ageSeconds > Math.min(Number(max_age ?? Infinity), served.limits.hardLimitSeconds)) {
    return problemResponse(expired);
  }
  const showing = {
    format: (format ?? 'prometheus') as Showing['format'],
    cluster,
    zone: shownZone,
    port,
    isByName: address === 'name',
    isReadyOnly: ready === 'only',
  };
  const note = (error: unknown) =>
    deciders.troubles.note(`a list of endpoints of cluster ${cluster} is cut off`, error);
  try {
    const pieces = targets(supplement, { scope, namespace, service }, showing);
    // What is short, or damaged at its beginning, is refused as a whole.
    const { value } = await pieces.next();
    return new Response(streamed(behind(value as Uint8Array<ArrayBuffer>, pieces), note), {
      headers: headersOf(isJson, supplement),
    });
  } catch (error) {
    note(error);
    return problemResponse(damagedEndpoints);
  }
}

function headersOf(isJson: boolean, supplement?: Supplement): Record<string, string> {
  return {
    ...jsonHeaders,
    ...(isJson ? {} : { 'content-type': 'text/plain; charset=utf-8' }),
    ...(supplement && { 'last-modified': new Date(supplement.generatedAt).toUTCString() }),
  };
}

/** The zone that names are shown in: the one that is asked for, or the one that PTR records lead to. Undefined when the cluster has no such zone. */
function zoneOf({ zones }: Live, asked: string | undefined, pointerZone: unknown): string | undefined {
  const origins = zones.forward.find(({ kind }) => kind === 'cluster')?.origins ?? [];
  const wanted = asked === undefined ? undefined : nameOrUndefined(asked);
  const origin =
    asked === undefined
      ? (origins.find((one) => one === pointerZone) ?? origins[0])
      : origins.find((one) => one === wanted);
  return origin && zoneText(origin);
}

/** At least one piece. */
async function* targets(
  { body }: Supplement,
  filter: LineFilter,
  showing: Showing,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const isJson = showing.format === 'prometheus';
  const pieces = new OctetPieces();
  let isFirst = true;
  /** No group ends in front of the first, and its comma becomes the bracket of the array. */
  const taken = (): Uint8Array<ArrayBuffer> => {
    const octets = pieces.take();
    if (!isFirst || !isJson) return octets;
    isFirst = false;
    octets[groupEndOctets] = bracket;
    return octets.subarray(groupEndOctets);
  };
  for await (const lines of endpointsLines(body, filter)) {
    for (const line of lines) for (const _ of writeTargets(line, showing, pieces)) yield taken();
  }
  const isNothing = isFirst && pieces.length === 0;
  if (isJson) pieces.put(new TextEncoder().encode(isNothing ? '"}},]\n' : '"}}]\n'));
  yield taken();
}

async function* behind<Piece>(first: Piece, others: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  yield first;
  yield* others;
}
