/**
 * `[/t/<token>][/c/<cluster>]/health`, once it is known who asks: whether a Service has enough endpoints that are ready, or
 * whether the cluster's snapshot is fresh; 200 or 503, and why as JSON (docs/health-checkers-http.md).
 */
import { ageOf } from '../answers/age.ts';
import { zoneText } from '../clusters/registration.ts';
import { endpointsLines } from '../endpoints/endpoints-lines.ts';
import { StandingCounts } from '../endpoints/standing-counts.ts';
import { signedAt } from '../supplements/stored-supplement.ts';
import type { Asking } from './asking.ts';
import type { Deciders } from './decision.ts';
import { badRequest, jsonResponse, problemResponse } from './problem.ts';
import { clusterOf, damagedEndpoints, notRead, publishedEndpoints } from './published-endpoints.ts';
import { countForm, labelForm, strictParameters } from './strict-parameters.ts';

export const healthParameters = {
  namespace: labelForm,
  service: labelForm,
  min_ready: countForm,
  max_age: countForm,
} as const;

/** Throws StoreError. */
export async function getHealth(deciders: Deciders, asking: Asking): Promise<Response> {
  const parameters = strictParameters(asking.url, healthParameters);
  if ('reason' in parameters) return problemResponse(badRequest(parameters.reason));
  const { namespace, service, min_ready, max_age } = parameters.values;
  const maxAgeSeconds = max_age === undefined ? undefined : Number(max_age);
  if ((namespace ?? service ?? min_ready) === undefined) return clusterHealth(deciders, asking, maxAgeSeconds);
  if (namespace === undefined || service === undefined) {
    return problemResponse(badRequest('a Service is named by both "namespace" and "service"'));
  }
  return serviceHealth(deciders, asking, namespace, service, Number(min_ready ?? 1), maxAgeSeconds);
}

async function serviceHealth(
  deciders: Deciders,
  asking: Asking,
  namespace: string,
  service: string,
  minReady: number,
  maxAgeSeconds: number | undefined,
): Promise<Response> {
  const found = await publishedEndpoints(deciders, asking, namespace);
  if (found !== undefined && 'code' in found) return problemResponse(found);
  const counts = new StandingCounts();
  if (found !== undefined) {
    try {
      const filter = { scope: 'all', namespace, service } as const;
      for await (const lines of endpointsLines(found.supplement.body, filter))
        for (const line of lines) counts.add(line);
    } catch (error) {
      deciders.troubles.note(notRead(found.cluster), error);
      return problemResponse(damagedEndpoints);
    }
  }
  const ready = counts.of('ready');
  const limits = found?.served.limits;
  const isStale =
    limits && found.ageSeconds > Math.min(maxAgeSeconds ?? limits.softLimitSeconds, limits.hardLimitSeconds);
  const status = isStale ? 'stale' : !counts.isThere ? 'not-found' : ready < minReady ? 'too-few-ready' : 'ok';
  return healthResponse({
    status,
    cluster: clusterOf(asking, deciders),
    namespace,
    service,
    ready,
    notReady: counts.of('not-ready'),
    terminating: counts.of('terminating'),
    minReady,
    ageSeconds: found?.ageSeconds ?? null,
  });
}

/** Nothing in it depends on what is in any namespace. */
async function clusterHealth(deciders: Deciders, asking: Asking, maxAgeSeconds: number | undefined): Promise<Response> {
  const { audit, directory, machine, snapshots, store, troubles } = deciders;
  const cluster = clusterOf(asking, deciders);
  audit.used(asking.reader, 'questions', cluster);
  const registration = cluster && (await directory.of(cluster));
  if (cluster === undefined || registration === undefined) {
    return healthResponse({ status: 'absent', cluster: cluster ?? null });
  }
  const served = await snapshots.read(cluster, asking.background);
  const signed = 'signed' in served ? served.signed.manifest : undefined;
  const now = machine.now();
  const { softLimitSeconds, hardLimitSeconds } = registration;
  const limits = { softLimitSeconds: Math.min(maxAgeSeconds ?? softLimitSeconds, hardLimitSeconds), hardLimitSeconds };
  const status = served.kind === 'live' ? ageOf({ signed: served.signed, limits }, now).kind : served.kind;
  const age = (generatedAt: number) => ({ generatedAt, ageSeconds: Math.floor((now - generatedAt) / 1000) });
  let endpointsAt: number | undefined;
  try {
    endpointsAt = await signedAt(store, { cluster, kind: 'endpoints', registration });
  } catch (error) {
    // How the cluster stands is told all the same.
    troubles.note(notRead(cluster), error);
  }
  return healthResponse({
    status,
    cluster,
    ...(signed && { epoch: signed.epoch, serial: signed.serial, ...age(signed.generatedAt) }),
    softLimitSeconds,
    hardLimitSeconds,
    zones: registration.zones.map(zoneText),
    endpoints: endpointsAt === undefined ? null : age(endpointsAt),
  });
}

function healthResponse(body: { readonly status: string; readonly [member: string]: unknown }): Response {
  return jsonResponse(body, body.status === 'ok' || body.status === 'fresh' ? 200 : 503);
}
