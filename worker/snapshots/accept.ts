/**
 * Accepting a publish. Each check costs more than the one before it, and the body is not read before its manifest is
 * known to be signed, the cluster's own, and newer than what is stored.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import {
  type Manifest,
  manifestHeader,
  maxBodyOctets,
  maySucceed,
  parseManifest,
  signatureHeader,
} from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import { type Registration, readRegistration } from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import { readBoundedBody } from '../http/bounded-body.ts';
import type { Problem } from '../http/problem.ts';
import { BodyError, openBody } from './body.ts';
import { isSignedBy } from './signature.ts';
import { readStored, type SignedManifest, writeStored } from './stored-snapshot.ts';

export type Acceptance =
  | { readonly kind: 'stored'; readonly manifest: Manifest }
  /** The same snapshot was stored before: its writer did not hear of it. Nothing is written. */
  | { readonly kind: 'repeated'; readonly manifest: Manifest }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Decides on `PUT /v1/clusters/<cluster>/snapshot`, and stores what it accepts. */
export async function acceptSnapshot(store: KeyValueStore, cluster: ClusterId, request: Request): Promise<Acceptance> {
  const text = request.headers.get(manifestHeader);
  const signature = request.headers.get(signatureHeader);
  if (text === null || signature === null) return refused(noSignature);

  const registration = await readRegistration(store, cluster);
  const publicKeys = registration?.publicKeys ?? [];
  if (registration === undefined || !(await isSignedBy(publicKeys, text, signature))) return refused(wrongSignature);
  const manifest = parseManifest(text);
  if (manifest === undefined) return refused(mismatch('the manifest is not of a format that is known here'));
  if (manifest.cluster !== cluster) return refused(wrongSignature);

  const stored = await readStored(store, cluster);
  await stored?.body.cancel();
  const order = compareWithStored(manifest, stored?.signed.manifest);
  if (order === 'repeated') return { kind: 'repeated', manifest };
  if (order !== 'newer') return refused(order);

  if (manifest.length > maxBodyOctets) return refused(tooLarge);
  const body = await readBoundedBody(request, maxBodyOctets);
  if (body === undefined) return refused(tooLarge);
  return storeBody(store, { text, signature, manifest }, body, registration);
}

async function storeBody(
  store: KeyValueStore,
  signed: SignedManifest,
  body: Uint8Array,
  registration: Registration,
): Promise<Acceptance> {
  const octets = new Uint8Array(body);
  let image: OpenedImage;
  try {
    image = await openBody(octets, signed.manifest);
  } catch (error) {
    if (error instanceof BodyError) return refused(mismatch(error.message));
    throw error;
  }
  const foreign = zonesOf(image).find((zone) => !registration.zones.includes(zone));
  if (foreign !== undefined) return refused(zoneNotRegistered(formatName(foreign)));
  await writeStored(store, signed, octets);
  return { kind: 'stored', manifest: signed.manifest };
}

function zonesOf(image: OpenedImage) {
  if (image.kind === 'retired') return [];
  return image.zones.flatMap((zone) => (zone.kind === 'reverse' ? [] : zone.origins));
}

function compareWithStored(manifest: Manifest, stored: Manifest | undefined): 'newer' | 'repeated' | Problem {
  if (stored === undefined || maySucceed(manifest, stored)) return 'newer';
  const { epoch, serial } = stored;
  if (manifest.epoch === epoch && manifest.serial === serial && manifest.sha256 === stored.sha256) return 'repeated';
  return {
    status: 409,
    code: 'NOT_NEWER',
    message: `epoch ${manifest.epoch}, serial ${manifest.serial} is not newer than what is stored: epoch ${epoch}, serial ${serial}`,
    facts: { epoch, serial },
  };
}

function refused(problem: Problem): Acceptance {
  return { kind: 'refused', problem };
}

function mismatch(message: string): Problem {
  return { status: 422, code: 'BODY_MISMATCH', message };
}

const noSignature: Problem = {
  status: 401,
  code: 'NO_SIGNATURE',
  message: `a snapshot needs the headers ${manifestHeader} and ${signatureHeader}`,
};

/** The same for a cluster that is not registered, so that nobody learns which ones are. */
const wrongSignature: Problem = {
  status: 403,
  code: 'WRONG_SIGNATURE',
  message: 'no key that is registered for this cluster made this signature; register the public key first',
};

const tooLarge: Problem = {
  status: 413,
  code: 'TOO_LARGE',
  message: `a snapshot may have at most ${maxBodyOctets} octets`,
};

function zoneNotRegistered(zone: string): Problem {
  return {
    status: 403,
    code: 'ZONE_NOT_REGISTERED',
    message: `the snapshot claims the zone ${zone} which is not registered for this cluster`,
  };
}
