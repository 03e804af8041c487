/**
 * `PUT /v1/clusters/<cluster>/remarks`: why names of a cluster have no records, from its agent. Remarks decide nothing, so
 * they need no object that knows for sure which are the newest: what KV shows is enough.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, signatureHeader } from '../../zone/manifest.ts';
import { parseRemarksManifest, remarksSignedOctets } from '../../zone/remarks/manifest.ts';
import { maxRemarksBodyOctets } from '../../zone/remarks/remarks.ts';
import type { RefusalLog } from '../access/refusal-log.ts';
import type { KeyValueStore, Machine, Objects } from '../environment.ts';
import { storedAt, writeRemarks } from '../remarks/stored-remarks.ts';
import { checkBody } from '../snapshots/body.ts';
import { isAhead } from '../snapshots/clock.ts';
import { isSignatureFor, isSignedBy } from '../snapshots/signature.ts';
import { SnapshotError } from '../snapshots/snapshot-error.ts';
import {
  badManifest,
  clockAhead,
  cutOff,
  jsonResponse,
  noSignature,
  notConfigured,
  type Problem,
  problemResponse,
  tooLarge,
  wrongSignature,
} from './problem.ts';
import { readBody } from './request-body.ts';

export interface RemarksRoute {
  readonly objects: Objects | undefined;
  readonly store: KeyValueStore;
  readonly refusals: RefusalLog;
  readonly machine: Machine;
}

/** Throws StoreError. */
export async function putRemarks(route: RemarksRoute, cluster: ClusterId, request: Request): Promise<Response> {
  const problem = await accept(route, cluster, request);
  return problem === undefined ? jsonResponse({ result: 'stored' }) : problemResponse(problem);
}

/** Each check costs more than the one before it. Undefined when the remarks are stored. */
async function accept(
  { objects, store, refusals, machine }: RemarksRoute,
  cluster: ClusterId,
  request: Request,
): Promise<Problem | undefined> {
  const text = request.headers.get(manifestHeader);
  const signature = request.headers.get(signatureHeader);
  const unsigned = (problem: Problem): Problem => {
    refusals.unsigned('publish', problem.code);
    return problem;
  };
  const signed = (problem: Problem): Problem => {
    refusals.signed('publish', cluster, problem.code);
    return problem;
  };
  if (text === null || signature === null) return unsigned(noSignature('a publish', manifestHeader));
  if (objects === undefined) return notConfigured('publishing');
  const manifest = parseRemarksManifest(text);
  const isOfAnother = manifest !== undefined && manifest.cluster !== cluster;
  if (isOfAnother || !isSignatureFor(text, signature)) return unsigned(wrongSignature);
  const publicKeys = (await objects.registry.registrationOf(cluster))?.registration.publicKeys ?? [];
  if (!(await isSignedBy(publicKeys, text, signature, remarksSignedOctets))) return unsigned(wrongSignature);
  if (manifest === undefined) return signed(badManifest);
  if (isAhead(manifest, machine.now())) return signed(clockAhead(manifest.generatedAt - machine.now()));
  const generatedAt = await storedAt(store, cluster);
  if (manifest.generatedAt <= generatedAt) return signed(notNewer(generatedAt));
  const tooLong = tooLarge(`remarks may have at most ${maxRemarksBodyOctets} octets`);
  const body = manifest.length > maxRemarksBodyOctets ? 'too-long' : await readBody(request, maxRemarksBodyOctets);
  if (body === 'too-long') return signed(tooLong);
  if (body === 'cut-off') return signed(cutOff);
  try {
    await checkBody(body, manifest);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return signed({ status: 422, code: 'BODY_MISMATCH', message: error.message });
  }
  await writeRemarks(store, cluster, { text, signature }, body);
  return undefined;
}

function notNewer(generatedAt: number): Problem {
  const message = 'the remarks that are stored are as new, or newer';
  return { status: 409, code: 'NOT_NEWER', message, facts: { generatedAt } };
}
