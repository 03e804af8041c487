/**
 * `PUT /v1/clusters/<cluster>/snapshot`: a publication out of a request, and what became of it.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, maxBodyOctets, signatureHeader } from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import type { KeyValueStore } from '../environment.ts';
import { acceptSnapshot, type Publication, type Refusal } from '../snapshots/accept.ts';
import { badRequest, jsonResponse, type Problem, problemResponse, tooLarge } from './problem.ts';
import { readBody } from './request-body.ts';

/** Throws StoreError. */
export async function putSnapshot(
  store: KeyValueStore,
  cluster: ClusterId,
  request: Request,
  now: number,
): Promise<Response> {
  const publication: Publication = {
    manifestText: request.headers.get(manifestHeader) ?? undefined,
    signature: request.headers.get(signatureHeader) ?? undefined,
    readBody: (maxOctets) => readBody(request, maxOctets),
  };
  const acceptance = await acceptSnapshot(store, cluster, publication, now);
  if (acceptance.kind === 'refused') return problemResponse(problemOf(acceptance.refusal));
  return jsonResponse({ result: acceptance.kind, ...acceptance.version });
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
