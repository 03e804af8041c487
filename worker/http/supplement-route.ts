/**
 * `PUT /v1/clusters/<cluster>/remarks` and `…/endpoints`: what a cluster's agent publishes beside its snapshot. No question
 * is answered from it, so it needs no object that knows for sure which is the newest: what KV shows is enough.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, signatureHeader } from '../../zone/manifest.ts';
import { parseSupplementManifest, supplementSignedOctets } from '../../zone/supplement/manifest.ts';
import { type SupplementKind, supplementLimits } from '../../zone/supplement/supplement.ts';
import type { RefusalLog } from '../access/refusal-log.ts';
import type { KeyValueStore, Machine, Objects } from '../environment.ts';
import { checkBody } from '../snapshots/body.ts';
import { isAhead } from '../snapshots/clock.ts';
import { isSignatureFor, isSignedBy } from '../snapshots/signature.ts';
import { SnapshotError } from '../snapshots/snapshot-error.ts';
import { storedAt, writeSupplement } from '../supplements/stored-supplement.ts';
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
  wrongSignature,
} from './problem.ts';
import { readBody } from './request-body.ts';

export interface SupplementRoute {
  readonly objects: Objects | undefined;
  readonly store: KeyValueStore;
  readonly refusals: RefusalLog;
  readonly machine: Machine;
}

/** Throws StoreError. */
export async function putSupplement(
  route: SupplementRoute,
  cluster: ClusterId,
  kind: SupplementKind,
  request: Request,
): Promise<Response> {
  const refused = await accept(route, cluster, kind, request);
  return refused === undefined ? jsonResponse({ result: 'stored' }) : problemResponse(refused);
}

/** Each check costs more than the one before it. Undefined when it is stored. */
async function accept(
  { objects, store, refusals, machine }: SupplementRoute,
  cluster: ClusterId,
  kind: SupplementKind,
  request: Request,
): Promise<Problem | undefined> {
  const text = request.headers.get(manifestHeader);
  const signature = request.headers.get(signatureHeader);
  const unsigned = (refused: Problem): Problem => {
    refusals.unsigned('publish', refused.code);
    return refused;
  };
  const signed = (refused: Problem): Problem => {
    refusals.signed('publish', cluster, refused.code);
    return refused;
  };
  if (text === null || signature === null) return unsigned(noSignature('a publish', manifestHeader));
  if (objects === undefined) return notConfigured('publishing');
  const manifest = parseSupplementManifest(text);
  const isOfAnother = manifest !== undefined && manifest.cluster !== cluster;
  if (isOfAnother || !isSignatureFor(text, signature)) return unsigned(wrongSignature);
  const publicKeys = (await objects.registry.registrationOf(cluster))?.registration.publicKeys ?? [];
  const octetsOf = (sent: string) => supplementSignedOctets(kind, sent);
  if (!(await isSignedBy(publicKeys, text, signature, octetsOf))) return unsigned(wrongSignature);
  if (manifest === undefined) return signed(badManifest);
  if (isAhead(manifest, machine.now())) return signed(clockAhead(manifest.generatedAt - machine.now()));
  const generatedAt = await storedAt(store, cluster, kind);
  if (manifest.generatedAt <= generatedAt) return signed(notNewer(kind, generatedAt));
  const { bodyOctets } = supplementLimits[kind];
  const body = manifest.length > bodyOctets ? 'too-long' : await readBody(request, bodyOctets);
  if (body === 'too-long') return signed(tooLarge(`${kind} may have at most ${bodyOctets} octets`));
  if (body === 'cut-off') return signed(cutOff);
  try {
    await checkBody(body, manifest);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return signed(problem(422, 'BODY_MISMATCH', error.message));
  }
  await writeSupplement(store, cluster, kind, { text, signature }, body);
  return undefined;
}

function notNewer(kind: SupplementKind, generatedAt: number): Problem {
  return problem(409, 'NOT_NEWER', `the ${kind} that are stored are as new, or newer`, { generatedAt });
}
