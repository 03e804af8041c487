/**
 * The body of a publish, as it is sent and stored: a compressed image. Nothing is inflated before its hash was compared.
 */
import { ImageError } from '../../zone/image/octets.ts';
import { type OpenedImage, openImage } from '../../zone/image/open.ts';
import { type Manifest, maxImageOctets } from '../../zone/manifest.ts';
import { sha256Hexadecimal } from '../access/digest.ts';
import { readBoundedStream } from '../http/bounded-body.ts';

/** The body is not what its manifest says, or not a snapshot. */
export class BodyError extends Error {
  readonly code = 'BODY_MISMATCH';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'BodyError';
  }
}

/** Checks the body against its manifest, whose signature was checked before, and opens its image. Throws BodyError. */
export async function openBody(body: Uint8Array<ArrayBuffer>, manifest: Manifest): Promise<OpenedImage> {
  if (body.length !== manifest.length) {
    throw new BodyError(`the body has ${body.length} octets, its manifest says ${manifest.length}`);
  }
  if ((await sha256Hexadecimal(body)) !== manifest.sha256) {
    throw new BodyError('the SHA-256 of the body is not the one that its manifest says');
  }
  const image = await inflate(body);
  try {
    return openImage(image);
  } catch (cause) {
    if (cause instanceof ImageError) throw new BodyError(cause.message, { cause });
    throw cause;
  }
}

async function inflate(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const source = new Blob([body]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
  let image: Uint8Array | undefined;
  try {
    image = await readBoundedStream(source.pipeThrough(new DecompressionStream('gzip')), maxImageOctets);
  } catch (cause) {
    throw new BodyError('the body is not gzip data', { cause });
  }
  if (image === undefined) throw new BodyError(`the body inflates to more than ${maxImageOctets} octets`);
  return image;
}
