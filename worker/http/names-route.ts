/**
 * `[/t/<token>]/v1/names`, once it is known who asks: the names in a cluster's own zone that the asker may hear of and that
 * have records, as JSON. They are written as they are read, so a large cluster takes no more memory than a small one.
 */
import { listNames } from '../../zone/image/list.ts';
import type { OpenedForwardZone } from '../../zone/image/open.ts';
import { formatRelativeName } from '../../zone/name.ts';
import { ageOf } from '../answers/age.ts';
import { isNameInScope, namespaceOf, type Scope } from '../answers/scope.ts';
import { zoneText } from '../clusters/registration.ts';
import type { Asking } from './asking.ts';
import type { Deciders } from './decision.ts';
import { expired, jsonHeaders, namespaceNotInScope, problemResponse, withoutSnapshot } from './problem.ts';
import { clusterOf } from './published-endpoints.ts';
import { valuesOf } from './query-parameters.ts';
import { streamed } from './streamed.ts';
import { viewOf } from './view.ts';

export async function getNames(deciders: Deciders, asking: Asking): Promise<Response> {
  const { audit, machine, snapshots, troubles } = deciders;
  const { reader, url } = asking;
  const { scope } = viewOf(reader).view;
  const [namespace] = valuesOf(url, 'namespace');
  // By the scope alone, whether it exists or not.
  if (namespace !== undefined && scope !== 'all' && !scope.has(namespace)) return problemResponse(namespaceNotInScope);
  const cluster = clusterOf(asking, deciders);
  audit.used(reader, 'questions', cluster);
  if (cluster === undefined) return problemResponse(withoutSnapshot.absent);
  const served = await snapshots.read(cluster, asking.background);
  if (served.kind === 'retired') return problemResponse(withoutSnapshot.absent);
  if (served.kind !== 'live') return problemResponse(withoutSnapshot[served.kind]);
  if (ageOf(served, machine.now()).kind === 'expired') return problemResponse(expired);
  const zone = served.zones.forward.find(({ kind }) => kind === 'cluster');
  if (zone === undefined) return problemResponse(withoutSnapshot.absent);
  const [own, ...aliases] = zone.origins.map(zoneText);
  const head = JSON.stringify({ cluster, zone: own, zones: [own, ...aliases] }).slice(0, -1);
  const pieces = listed(head, namesOf(zone, scope, namespace));
  const body = streamed(pieces, (error) => troubles.note('a list of names is cut off', error));
  return new Response(body, { headers: jsonHeaders });
}

function* namesOf(zone: OpenedForwardZone, scope: Scope, namespace: string | undefined): Generator<string> {
  const wanted: Scope = namespace === undefined ? scope : new Set([namespace]);
  for (const name of listNames(zone.fragments, (base) => isNameInScope(wanted, base))) {
    const isOther = namespace !== undefined && namespaceOf(name) === undefined;
    if (!isOther && isNameInScope(wanted, name)) yield formatRelativeName(name);
  }
}

/** Enough that a piece costs little beside what is in it. */
const pieceCharacters = 16 * 1024;

function* listed(head: string, names: Iterable<string>): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let text = `${head},"names":[`;
  let separator = '';
  for (const name of names) {
    text += separator + JSON.stringify(name);
    separator = ',';
    if (text.length < pieceCharacters) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(`${text}]}\n`);
}
