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
import type { TroubleLog } from '../trouble-log.ts';
import { onlyCluster } from './asked-cluster.ts';
import type { Asking } from './asking.ts';
import type { Deciders } from './decision.ts';
import { jsonHeaders, type Problem, problemResponse, withoutSnapshot } from './problem.ts';
import { valuesOf } from './query-parameters.ts';
import { viewOf } from './view.ts';

export async function getNames(deciders: Deciders, asking: Asking): Promise<Response> {
  const { audit, defaultCluster, machine, snapshots, troubles } = deciders;
  const { reader, pathCluster, url } = asking;
  const { scope } = viewOf(reader).view;
  const [namespace] = valuesOf(url, 'namespace');
  // By the scope alone, whether it exists or not.
  if (namespace !== undefined && scope !== 'all' && !scope.has(namespace)) return problemResponse(namespaceNotInScope);
  const first = reader.kind === 'open' ? undefined : reader.permission.clusters[0];
  const cluster = onlyCluster(reader, pathCluster, defaultCluster) ?? first;
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
  return new Response(listed(head, namesOf(zone, scope, namespace), troubles), { headers: jsonHeaders });
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

/** Read as far as somebody takes it. What fails on the way cuts the body off, and is told to operators. */
function listed(head: string, names: Generator<string>, troubles: TroubleLog): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let text = `${head},"names":[`;
  let separator = '';
  return new ReadableStream({
    pull: (stream) => {
      try {
        while (text.length < pieceCharacters) {
          const { done, value } = names.next();
          if (done) {
            stream.enqueue(encoder.encode(`${text}]}\n`));
            stream.close();
            return;
          }
          text += separator + JSON.stringify(value);
          separator = ',';
        }
        stream.enqueue(encoder.encode(text));
        text = '';
      } catch (error) {
        troubles.note('a list of names is cut off', error);
        throw error;
      }
    },
  });
}

const namespaceNotInScope: Problem = {
  status: 403,
  code: 'NAMESPACE_NOT_IN_SCOPE',
  message: 'this credential is not for that namespace',
};

const expired: Problem = {
  status: 503,
  code: 'EXPIRED',
  message: 'the cluster published its last snapshot too long ago; see that its agent runs',
};
