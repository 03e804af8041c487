/**
 * `PUT /v1/clusters/<cluster>/snapshot`: a publication out of a request, and what became of it. A refusal is told to the
 * agent, to the log, and to whoever lists clusters.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, maxBodyOctets, signatureHeader } from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import type { Machine, Objects } from '../environment.ts';
import { acceptSnapshot, type Publication, type Refusal, type Refused } from '../snapshots/accept.ts';
import type { Background } from '../snapshots/reader.ts';
import { badRequest, jsonResponse, notConfigured, type Problem, problemResponse, tooLarge } from './problem.ts';
import { readBody } from './request-body.ts';

export interface PublishRoute {
  readonly objects: Objects | undefined;
  readonly machine: Machine;
}

/** Throws StoreError. */
export async function putSnapshot(
  { objects, machine }: PublishRoute,
  cluster: ClusterId,
  request: Request,
  background: Background,
): Promise<Response> {
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
      machine.log(refusalLine(cluster, acceptance));
      background(noteRefusal(objects, cluster, acceptance, machine));
      return problemResponse(problemOf(acceptance.refusal));
    case 'not-stored':
      machine.log(`a snapshot of cluster ${cluster} is not stored: ${acceptance.reason}`);
      return problemResponse(notStored);
    case 'stored':
    case 'repeated':
      return jsonResponse({ result: acceptance.kind, ...acceptance.version });
  }
}

const notStored: Problem = {
  status: 503,
  code: 'STORE_UNAVAILABLE',
  message: 'the store did not take the snapshot; send it again, or a newer one',
  headers: { 'retry-after': '1' },
};

function refusalLine(cluster: ClusterId, { refusal, version }: Refused): string {
  const facts = version === undefined ? '' : `, ${versionText(version)}`;
  return `refused a publish of cluster ${cluster}: ${refusal.code}${facts}`;
}

/** Nothing is remembered of what nobody registered: anybody can make up a name. */
async function noteRefusal(
  objects: Objects,
  cluster: ClusterId,
  { refusal, version, isRegistered }: Refused,
  machine: Machine,
): Promise<void> {
  if (!isRegistered) return;
  try {
    await objects.publicationsOf(cluster).noteRefusal({ code: refusal.code, at: machine.now(), version });
  } catch (error) {
    machine.log(`a refusal is not remembered: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function problemOf(refusal: Refusal): Problem {
  const { code } = refusal;
  switch (code) {
    case 'NO_SIGNATURE': {
      const message = `a snapshot needs the headers ${manifestHeader} and ${signatureHeader}`;
      return { status: 401, code, message, headers: { 'www-authenticate': 'Kube-DoH-Signature realm="kube-doh"' } };
    }
    case 'WRONG_SIGNATURE': {
      const message = 'no key that is registered for this cluster made this signature; register the public key first';
      return { status: 403, code, message };
    }
    case 'BAD_MANIFEST':
      return { status: 422, code, message: 'the manifest is not of a format that is known here' };
    case 'CLOCK_AHEAD': {
      const message = `the manifest says that the snapshot was made ${refusal.aheadSeconds} seconds from now; set the agent's clock`;
      return { status: 422, code, message };
    }
    case 'WRONG_IDENTITY': {
      const message =
        'what is published here comes from another Kubernetes cluster, or from an agent that could read the namespace kube-system; if this one takes its place, register the cluster anew';
      return { status: 403, code, message };
    }
    case 'NOT_NEWER': {
      const { sent, stored } = refusal;
      const message = `${versionText(sent)} may not follow what is stored: ${versionText(stored)}`;
      return { status: 409, code, message, facts: { ...stored } };
    }
    case 'TOO_LARGE':
      return tooLarge(`a snapshot may have at most ${maxBodyOctets} octets`);
    case 'CUT_OFF':
      return badRequest('the body was cut off');
    case 'BODY_MISMATCH':
      return { status: 422, code, message: refusal.reason };
    case 'ZONE_NOT_REGISTERED': {
      const message = `the snapshot claims the zone ${formatName(refusal.zone)} which is not registered for this cluster`;
      return { status: 403, code, message };
    }
  }
}

function versionText({ epoch, serial }: { epoch: number; serial: number }): string {
  return `epoch ${epoch}, serial ${serial}`;
}
