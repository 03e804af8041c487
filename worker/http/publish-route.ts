/**
 * `PUT /v1/clusters/<cluster>/snapshot`: a publication out of a request, and what became of it. A refusal is told to the
 * agent, to the log, and to whoever lists clusters.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, maxBodyOctets, maxSerialRise, signatureHeader } from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import type { RefusalLog } from '../access/refusal-log.ts';
import type { Machine, Objects } from '../environment.ts';
import { acceptSnapshot, type Publication, type Refusal, type Refused } from '../snapshots/accept.ts';
import type { Background } from '../snapshots/reader.ts';
import type { TroubleLog } from '../trouble-log.ts';
import {
  badManifest,
  clockAhead,
  cutOff,
  jsonResponse,
  noSignature,
  notConfigured,
  type Problem,
  problem,
  problemResponse,
  tooLarge,
  unavailable,
  wrongSignature,
} from './problem.ts';
import { readBody } from './request-body.ts';

export interface PublishRoute {
  readonly objects: Objects | undefined;
  readonly refusals: RefusalLog;
  readonly troubles: TroubleLog;
  readonly machine: Machine;
}

/** Throws StoreError. */
export async function putSnapshot(
  route: PublishRoute,
  cluster: ClusterId,
  request: Request,
  background: Background,
): Promise<Response> {
  const { objects, machine } = route;
  const publication: Publication = {
    manifestText: request.headers.get(manifestHeader) ?? undefined,
    signature: request.headers.get(signatureHeader) ?? undefined,
    readBody: (maxOctets) => readBody(request, maxOctets),
  };
  if (objects === undefined) {
    // As with every route, a missing credential is told first.
    const isSigned = publication.manifestText !== undefined && publication.signature !== undefined;
    return problemResponse(isSigned ? notConfigured('publishing') : problemOf({ code: 'NO_SIGNATURE' }));
  }
  const acceptance = await acceptSnapshot(objects, cluster, publication, machine.now());
  switch (acceptance.kind) {
    case 'refused':
      logRefusal(route, cluster, acceptance);
      background(noteRefusal(route, objects, cluster, acceptance));
      return problemResponse(problemOf(acceptance.refusal));
    case 'not-stored':
      route.troubles.note(`a snapshot of cluster ${cluster} is not stored`, acceptance.reason);
      return problemResponse(notStored);
    case 'stored':
      return jsonResponse({ result: 'stored', ...acceptance.version, replaced: acceptance.replaced ?? null });
    case 'repeated':
      return jsonResponse({ result: 'repeated', ...acceptance.version });
  }
}

const notStored: Problem = unavailable(
  'STORE_UNAVAILABLE',
  'the store did not take the snapshot; send it again, or a newer one',
);

function logRefusal({ refusals }: PublishRoute, cluster: ClusterId, { from, refusal, version }: Refused): void {
  const { code } = refusal;
  if (from === 'agent') refusals.signed('publish', cluster, code, version && versionText(version));
  else refusals.unsigned('publish', code);
}

/** Nothing is remembered of what nobody registered: anybody can make up a name. */
async function noteRefusal(
  { machine, troubles }: PublishRoute,
  objects: Objects,
  cluster: ClusterId,
  { from, refusal, version }: Refused,
): Promise<void> {
  if (from === 'nobody') return;
  try {
    await objects.publicationsOf(cluster).noteRefusal({ from, code: refusal.code, at: machine.now(), version });
  } catch (error) {
    troubles.note('a refusal is not remembered', error);
  }
}

function problemOf(refusal: Refusal): Problem {
  const { code } = refusal;
  switch (code) {
    case 'NO_SIGNATURE':
      return noSignature('a publish', manifestHeader);
    case 'WRONG_SIGNATURE':
      return wrongSignature;
    case 'BAD_MANIFEST':
      return badManifest;
    case 'CLOCK_AHEAD':
      return clockAhead(refusal.aheadMilliseconds);
    case 'EPOCH_AHEAD': {
      const message = `epoch ${refusal.epoch} is more than a day ahead of the time in Unix milliseconds; set the writer's clock`;
      return problem(422, code, message);
    }
    case 'SERIAL_AHEAD': {
      const { sent, stored } = refusal;
      const message = `serial ${sent.serial} is more than ${maxSerialRise} above what is stored: ${versionText(stored)}; restart the writer, which then goes on from there`;
      return problem(422, code, message, { ...stored });
    }
    case 'WRONG_IDENTITY': {
      const message =
        'another Kubernetes cluster publishes here, or this agent does not say which it is; to take its place, register the cluster anew';
      return problem(403, code, message);
    }
    case 'NOT_NEWER': {
      const { sent, stored } = refusal;
      const message = `${versionText(sent)} may not follow what is stored: ${versionText(stored)}`;
      return problem(409, code, message, { ...stored });
    }
    case 'TOO_LARGE':
      return tooLarge(`a snapshot may have at most ${maxBodyOctets} octets`);
    case 'CUT_OFF':
      return cutOff;
    case 'BODY_MISMATCH':
      return problem(422, code, refusal.reason);
    case 'ZONE_NOT_REGISTERED': {
      const message = `the snapshot claims the zone ${formatName(refusal.zone)} which is not registered for this cluster`;
      return problem(403, code, message);
    }
  }
}

function versionText({ epoch, serial }: { epoch: number; serial: number }): string {
  return `epoch ${epoch}, serial ${serial}`;
}
