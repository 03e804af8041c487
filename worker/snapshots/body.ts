/**
 * The body of a snapshot, as it is sent and stored: a compressed image. Nothing is inflated before its hash was compared.
 */
import { ImageError } from '../../zone/image/octets.ts';
import { type OpenedImage, openImage } from '../../zone/image/open.ts';
import { type Manifest, maxImageOctets } from '../../zone/manifest.ts';
import { NameError } from '../../zone/name.ts';
import { gunzip } from '../octets/gunzip.ts';
import { sha256Hexadecimal } from '../octets/sha256.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Opens the image of a body whose manifest is known to be authentic. Throws SnapshotError. */
export async function openBody(body: Uint8Array<ArrayBuffer>, manifest: Manifest): Promise<OpenedImage> {
  await checkBody(body, manifest);
  const image = inflate(body);
  try {
    return openImage(image);
  } catch (cause) {
    if (cause instanceof ImageError || cause instanceof NameError) throw new SnapshotError(cause.message, { cause });
    throw cause;
  }
}

/** Throws SnapshotError unless the body is the one that its manifest says. */
export async function checkBody(
  body: Uint8Array<ArrayBuffer>,
  { length, sha256 }: Pick<Manifest, 'length' | 'sha256'>,
): Promise<void> {
  if (body.length !== length) {
    throw new SnapshotError(`the body has ${body.length} octets, its manifest says ${length}`);
  }
  if ((await sha256Hexadecimal(body)) !== sha256) {
    throw new SnapshotError('the SHA-256 of the body is not the one that its manifest says');
  }
}

function inflate(body: Uint8Array): Uint8Array {
  let image: ReturnType<typeof gunzip>;
  try {
    image = gunzip(body, maxImageOctets);
  } catch (cause) {
    throw new SnapshotError('the body is not gzip data', { cause });
  }
  if (image === 'too-long') throw new SnapshotError(`the body inflates to more than ${maxImageOctets} octets`);
  return image;
}
