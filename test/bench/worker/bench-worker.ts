/**
 * The Worker's own modules, driven by requests: each request does one thing, once or often, so that whoever asks can see
 * from outside what it costs.
 */
import { parseRegistration } from '../../../worker/clusters/registration.ts';
import type { KeyValueStore } from '../../../worker/environment.ts';
import { readBounded } from '../../../worker/octets/bounded-stream.ts';
import { sha256Hexadecimal } from '../../../worker/octets/sha256.ts';
import { openBody } from '../../../worker/snapshots/body.ts';
import { loadWanted } from '../../../worker/snapshots/load.ts';
import { isSignedBy } from '../../../worker/snapshots/signature.ts';
import { openImage } from '../../../zone/image/open.ts';
import { maxBodyOctets, maxImageOctets, parseManifest } from '../../../zone/manifest.ts';
import { type Ask, askInTurn, asks, type Extent, type LiveServed, serve } from '../asking.ts';
import type { Given } from './given.ts';

type Octets = Uint8Array<ArrayBuffer>;

/** The published snapshot as it is in edge KV. */
let given: Given;
let body: Octets;
let image: Octets;
/** What was loaded last, and the questions for it. */
let served: LiveServed;
let asking: readonly Ask[];

type Action = (request: Request, parameters: URLSearchParams) => unknown;

/** What happens once in a request, by path. */
const preparations: Readonly<Record<string, Action>> = {
  '/given': async (request) => {
    given = (await request.json()) as Given;
  },
  '/fetch': async (request) => {
    body = await octetsOf(request, maxBodyOctets);
  },
  '/image': async (request) => {
    image = await octetsOf(request, maxImageOctets);
  },
  '/questions': async (request, parameters) => {
    const messages = (await request.json()) as string[];
    asking = asks(parameters.get('extent') as Extent, served, messages.map(fromHexadecimal));
  },
  '/ask': (_, parameters) => askInTurn(asking, Number(parameters.get('times'))),
};

/** What happens `times` over. */
const repetitions: Readonly<Record<string, () => unknown>> = {
  '/nothing': () => undefined,
  '/verify': verify,
  '/hash': hash,
  '/open': () => openImage(image),
  '/check': async () => {
    await verify();
    await hash();
    openImage(image);
  },
  '/open-body': () => openBody(body, parseManifest(given.manifest)!),
  '/load': load,
};

const worker = {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    try {
      await preparations[pathname]?.(request, searchParams);
      const repeated = repetitions[pathname];
      for (let i = 0; repeated !== undefined && i < Number(searchParams.get('times')); i += 1) await repeated();
      return new Response('done');
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 500 });
    }
  },
};

async function verify(): Promise<void> {
  if (!(await isSignedBy([given.publicKey], given.manifest, given.signature))) throw new Error('wrong signature');
}

async function hash(): Promise<void> {
  if ((await sha256Hexadecimal(body)) !== parseManifest(given.manifest)!.sha256) throw new Error('wrong hash');
}

async function load(): Promise<void> {
  const registration = parseRegistration({ publicKeys: [given.publicKey], zones: given.zones });
  if ('reason' in registration) throw new Error(registration.reason);
  const loading = await loadWanted(store, given.cluster, registration, () => true);
  if (loading.kind !== 'loaded') throw new Error('nothing is stored');
  const { image: opened, signed } = loading.snapshot;
  served = serve(opened, signed.manifest);
}

async function octetsOf(request: Request, maxOctets: number): Promise<Octets> {
  const pieceOctets = Number(request.headers.get('content-length')) + 1;
  const octets = await readBounded(request.body as ReadableStream<Octets>, maxOctets, pieceOctets);
  if (octets === undefined) throw new Error(`more than ${maxOctets} octets`);
  return octets;
}

function fromHexadecimal(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Edge KV with the snapshot in it, as far as loading needs it. */
const store: KeyValueStore = {
  getWithMetadata: async () => ({
    value: new Blob([body]).stream() as ReadableStream<Octets>,
    metadata: { manifest: given.manifest, signature: given.signature },
  }),
  get: notNeeded,
  put: notNeeded,
  delete: notNeeded,
  list: notNeeded,
};

function notNeeded(): never {
  throw new Error('loading a snapshot does not do this');
}

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
