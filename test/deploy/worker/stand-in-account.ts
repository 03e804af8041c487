/** As much of Cloudflare's API as wrangler asks when it sets secrets and deploys, on this machine. Without the account there is none. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Upload {
  readonly worker: string;
  /** What a deployment says beside its script. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** By name. */
  readonly modules: Readonly<Record<string, Buffer>>;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

const id = 'a'.repeat(32);

export class StandInAccount {
  /** The names of the secrets of each Worker that there is. */
  readonly secrets = new Map<string, Map<string, string>>();
  readonly uploads: Upload[] = [];
  /** Hosts that were asked for. */
  readonly hosts: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<StandInAccount> {
    const server = createServer();
    const account = new StandInAccount(server);
    server.on('request', async (request, response) => {
      const { method = '', url = '', headers } = request;
      const path = new URL(url, 'http://localhost').pathname.replace(`/accounts/${id}/workers/`, '');
      const type = headers['content-type'] ?? '';
      const result = await account.#answer({ method, path, type, body: await buffer(request) });
      const errors =
        result === undefined ? [{ code: 10007, message: 'This Worker does not exist on your account.' }] : [];
      response.writeHead(errors.length === 0 ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ success: errors.length === 0, errors, messages: [], result: result ?? null }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return account;
  }

  /** By which wrangler finds it. */
  get environment(): NodeJS.ProcessEnv {
    const { port } = this.#server.address() as AddressInfo;
    return {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
      CLOUDFLARE_API_TOKEN: 'a token',
      CLOUDFLARE_ACCOUNT_ID: id,
    };
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Undefined: there is no such Worker. */
  async #answer({ method, path, type, body }: Asked): Promise<unknown> {
    const [, kind, worker = '', rest = ''] = /^(scripts|services|workers)\/([^/]+)\/?(.*)$/.exec(path) ?? [];
    if (kind === undefined) return [];
    if (method === 'PUT' && rest === '') {
      this.secrets.set(worker, this.secrets.get(worker) ?? new Map());
      this.uploads.push(await readUpload(worker, type, body));
      return { id: worker, startup_time_ms: 3, deployment_id: 'd' };
    }
    const secrets = this.secrets.get(worker);
    if (secrets === undefined) return undefined;
    if (rest === 'secrets') return [...secrets.keys()].map((name) => ({ name, type: 'secret_text' }));
    if (rest === 'secrets-bulk') {
      const sent = JSON.parse(body.toString()) as { secrets: Readonly<Record<string, { text: string }>> };
      for (const [name, { text }] of Object.entries(sent.secrets)) secrets.set(name, text);
    }
    if (rest === 'domains/records') {
      const { origins } = JSON.parse(body.toString()) as { origins: readonly { hostname: string }[] };
      this.hosts.push(...origins.map(({ hostname }) => hostname));
    }
    if (rest === 'domains/changeset') return { added: [], removed: [], updated: [], conflicting: [] };
    if (kind === 'services') return { default_environment: { environment: 'production', script: {} } };
    const off = { enabled: false, previews_enabled: false };
    return { id: worker, name: worker, deployments: [], subdomain: off, ...off, items: [] };
  }
}

async function readUpload(worker: string, type: string, body: Buffer): Promise<Upload> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const parts = [...form].filter((part): part is [string, File] => part[1] instanceof File);
  const modules = parts.map(async ([name, file]) => [name, Buffer.from(await file.arrayBuffer())] as const);
  return {
    worker,
    metadata: JSON.parse(String(form.get('metadata'))),
    modules: Object.fromEntries(await Promise.all(modules)),
  };
}
