/** An API server in front of another one that also tells its users what they may do (SelfSubjectAccessReview). */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Attributes {
  readonly verb: string;
  readonly resource: string;
}

export class ReviewingApi {
  /** Such as `watch services`. */
  readonly denied = new Set<string>();
  readonly #server: Server;

  private constructor(behind: string) {
    this.#server = createServer((incoming, response) => {
      if (incoming.url?.endsWith('/selfsubjectaccessreviews')) void this.#review(incoming, response);
      else passOn(behind, incoming, response);
    });
  }

  static async start(behind: string): Promise<ReviewingApi> {
    const api = new ReviewingApi(behind);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #review(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const review = (await json(incoming)) as { spec: { resourceAttributes: Attributes } };
    const { verb, resource } = review.spec.resourceAttributes;
    const status = { allowed: !this.denied.has(`${verb} ${resource}`) };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ ...review, status }));
  }
}

function passOn(behind: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', url = '/', headers } = incoming;
  const outgoing = request(new URL(url, behind), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
