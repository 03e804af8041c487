/** A server that stands for the edge: takes what is signed with its key, and gives it back. */
import { verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { dumpImage } from '../../../../zone/dump.ts';
import {
  type Manifest,
  manifestHeader,
  parseManifest,
  signatureHeader,
  signedOctets,
} from '../../../../zone/manifest.ts';
import { supplementSignedOctets } from '../../../../zone/supplement/manifest.ts';
import { supplementKinds } from '../../../../zone/supplement/supplement.ts';

interface Stored {
  readonly manifest: string;
  readonly signature: string;
  readonly body: Buffer;
}

export class StandInEdge {
  /** What was published: the manifest, and the records as text. */
  readonly published: { manifest: Manifest; text: string }[] = [];
  /** What was published beside: its kind, and its lines as text. */
  readonly supplements: { kind: string; text: string }[] = [];
  /** Whether what is sent from now on gets no answer. */
  hangs = false;
  hangingCount = 0;
  readonly #server: Server;
  #stored: Stored | undefined;

  private constructor(publicKey: string) {
    const key = { key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' } as const;
    this.#server = createServer((request, response) => {
      void (request.method === 'PUT' ? this.#take(request, response, key) : this.#give(response));
    });
  }

  static async start(publicKey: string): Promise<StandInEdge> {
    const edge = new StandInEdge(publicKey);
    await new Promise<void>((resolve) => edge.#server.listen(0, '127.0.0.1', resolve));
    return edge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse, key: Parameters<typeof verify>[2]): Promise<void> {
    const body = await buffer(request);
    if (this.hangs) {
      this.hangingCount += 1;
      return;
    }
    const manifest = String(request.headers[manifestHeader]);
    const signature = String(request.headers[signatureHeader]);
    const kind = supplementKinds.find((name) => request.url!.endsWith(`/${name}`));
    if (kind !== undefined) {
      const octets = supplementSignedOctets(kind, manifest);
      if (!verify(null, octets, key, Buffer.from(signature, 'base64url'))) throw new Error(`${kind} are not signed`);
      this.supplements.push({ kind, text: gunzipSync(body).toString() });
      response.writeHead(200).end(JSON.stringify({ result: 'stored' }));
      return;
    }
    const { epoch, serial, ...others } = parseManifest(manifest)!;
    const isSigned = verify(null, signedOctets(manifest), key, Buffer.from(signature, 'base64url'));
    if (isSigned) {
      this.#stored = { manifest, signature, body };
      this.published.push({ manifest: { epoch, serial, ...others }, text: dumpImage(gunzipSync(body)) });
    }
    response.writeHead(isSigned ? 200 : 403).end(JSON.stringify({ epoch, serial }));
  }

  async #give(response: ServerResponse): Promise<void> {
    if (this.#stored === undefined) {
      response.writeHead(404).end(JSON.stringify({ code: 'NO_SNAPSHOT', error: 'there is none' }));
      return;
    }
    const { manifest, signature, body } = this.#stored;
    response.writeHead(200, { [manifestHeader]: manifest, [signatureHeader]: signature }).end(body);
  }
}
