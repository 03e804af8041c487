/**
 * `[/t/<token>]/v1/why`, once it is known who asks: why a name resolves or does not, as JSON. The parameters are those of a
 * JSON question, and `cluster`.
 */
import { screen } from '../answers/respond.ts';
import type { Registration } from '../clusters/registration.ts';
import { readJsonQuestion } from '../json/json-question.ts';
import { queryFor } from '../json/query-message.ts';
import { findLines } from '../remarks/find-lines.ts';
import { readSupplement } from '../supplements/stored-supplement.ts';
import { concluded, examine } from '../why/examine.ts';
import { type Lines, type MissingName, remarkedNames } from '../why/missing-name.ts';
import { askedCluster } from './asked-cluster.ts';
import type { Asking } from './asking.ts';
import type { Deciders } from './decision.ts';
import { badRequest, jsonResponse, problemResponse } from './problem.ts';
import { valuesOf } from './query-parameters.ts';
import { viewOf } from './view.ts';

/** Throws StoreError and ImageError. */
export async function getWhy(deciders: Deciders, asking: Asking): Promise<Response> {
  const { audit, defaultCluster, directory, machine, outside, snapshots, store, troubles } = deciders;
  const { reader, pathCluster, url } = asking;
  const parameter = (name: string): string | undefined => valuesOf(url, name)[0];
  const question = readJsonQuestion(parameter);
  if ('reason' in question) return problemResponse(badRequest(question.reason));
  const query = queryFor(question);
  const screened = screen({ kind: 'query', query });
  if (screened.kind === 'answered') {
    const { extendedError } = screened.reply;
    return problemResponse(badRequest(extendedError?.text ?? 'this cannot be asked'));
  }
  const cluster = await askedCluster(reader, pathCluster, defaultCluster, query, directory);
  audit.used(reader, 'questions', cluster);
  const ids = reader.kind === 'open' ? (cluster === undefined ? [] : [cluster]) : reader.permission.clusters;
  const registrations = new Map(await Promise.all(ids.map(async (id) => [id, await directory.of(id)] as const)));
  const registration = cluster && registrations.get(cluster);
  const isKnown = cluster !== undefined && registration !== undefined;
  const served = isKnown ? await snapshots.read(cluster, asking.background) : ({ kind: 'absent' } as const);
  const { view } = viewOf(reader);
  const asked = {
    query,
    type: (parameter('type') || 'A').toUpperCase(),
    cluster,
    credential: credentialText(asking),
    zones: registration && zonesOf(registration),
    allZones: [...registrations.values()].flatMap((one) => (one === undefined ? [] : zonesOf(one))),
  };
  const examination = examine(asked, { served, now: machine.now(), view, outside });
  const linesOf = async (missing: MissingName): Promise<Lines> => {
    const names = remarkedNames(missing, view.scope);
    if (names.size === 0) return new Map();
    try {
      const remarks = await readSupplement(store, { cluster: cluster!, kind: 'remarks', registration: registration! });
      return remarks === undefined ? new Map() : await findLines(remarks.body, names);
    } catch (error) {
      // What the snapshot tells is told all the same.
      troubles.note(`the remarks of cluster ${cluster} are not read`, error);
      return new Map();
    }
  };
  const lines = examination.missing === undefined ? new Map() : await linesOf(examination.missing);
  return jsonResponse(concluded(examination, lines, view.scope));
}

function zonesOf({ zones, clustersetZones }: Registration) {
  return [...zones, ...clustersetZones];
}

function credentialText({ reader }: Asking): string {
  if (reader.kind === 'open') return 'questions need no credential here';
  const { clusters, namespaces } = reader.permission;
  const bound = namespaces === null ? '' : `, bound to namespace ${namespaces.join(', ')}`;
  return `${reader.kind} ${reader.id} is good for cluster ${clusters.join(', ')}${bound}`;
}
