/** An edge of the test's own with TLS in front, and the real agent that publishes the control plane's endpoints there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Administration } from '../../../client/administration.ts';
import { createServerCertificate } from '../../../demo/edge/certificate.ts';
import { startWorkerd, type Workerd } from '../../../demo/edge/workerd.ts';
import { type Front, startFront } from '../../../edge/front/front.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { RunningKubeDoh } from '../../client/kube-doh.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { system } from '../support/system.ts';

export const cluster = 'health';
export const zone = 'cluster.local';

const host = '127.0.0.1';

/** How old what is known may get. */
export interface Limits {
  readonly softLimitSeconds: number;
  readonly hardLimitSeconds: number;
}

const usualLimits: Limits = { softLimitSeconds: 900, hardLimitSeconds: 86_400 };

export class HealthEdge {
  readonly authorityFile: string;
  /** For everything, and for the namespace `cache` alone. */
  readonly tokens: { readonly whole: string; readonly ofCache: string };
  readonly port: number;
  readonly #workerd: Workerd;
  readonly #administration: Administration;
  readonly #openDoor: (port: number) => Promise<Front>;
  readonly #agentFlags: readonly string[];
  readonly #publicKey: string;
  #door: Front | undefined;
  #agent: RunningKubeDoh | undefined;

  private constructor(fields: Fields) {
    this.authorityFile = fields.authorityFile;
    this.tokens = fields.tokens;
    this.port = fields.door.port;
    this.#workerd = fields.workerd;
    this.#administration = fields.administration;
    this.#openDoor = fields.openDoor;
    this.#agentFlags = fields.agentFlags;
    this.#publicKey = fields.publicKey;
    this.#door = fields.door;
  }

  static async start({ kubeconfigPath, directory }: ReturnType<typeof system>): Promise<HealthEdge> {
    const log = (line: string): boolean => process.stderr.write(`edge: ${line}\n`);
    const workerd = await startWorkerd({ isOpen: false, defaultCluster: cluster, log });
    try {
      const certificate = await createServerCertificate([host], Date.now());
      const [authorityFile, keyFile] = [join(directory, 'health-authority.pem'), join(directory, 'health.key')];
      writeFileSync(authorityFile, certificate.authorityPem);
      const key = SigningKey.generate();
      writeFileSync(keyFile, key.toPem(), { mode: 0o600 });
      const administration = new Administration(workerd.url, workerd.administratorKey);
      await register(administration, key.publicKey, usualLimits);
      const openDoor = (port: number): Promise<Front> =>
        startFront({ host, port, certificate, upstream: workerd.upstream });
      const edge = new HealthEdge({
        authorityFile,
        tokens: {
          whole: await token(administration, {}),
          ofCache: await token(administration, { namespaces: ['cache'] }),
        },
        workerd,
        administration,
        openDoor,
        door: await openDoor(0),
        agentFlags: [
          '--kubeconfig',
          kubeconfigPath,
          '--edge',
          workerd.url.href,
          '--key',
          keyFile,
          '--cluster',
          cluster,
        ],
        publicKey: key.publicKey,
      });
      await edge.startAgent();
      return edge;
    } catch (error) {
      await workerd.stop();
      throw error;
    }
  }

  get url(): string {
    return `https://${host}:${this.port}`;
  }

  /** What the edge answers to whoever has the token, of this cluster. */
  async ask(path: string, bearer: string): Promise<{ readonly status: number; readonly body: string }> {
    const url = new URL(`/c/${cluster}${path}`, this.#workerd.url);
    const response = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
    return { status: response.status, body: await response.text() };
  }

  /** Resolves when it has published. */
  async startAgent(): Promise<void> {
    const agent = new RunningKubeDoh('agent', ...this.#agentFlags, '--endpoints', '--no-events');
    this.#agent = agent;
    let isOver = false;
    void agent.exited.then(() => {
      isOver = true;
    });
    const publishes = async (): Promise<boolean> => {
      if (isOver) throw new Error(`the agent ended: ${agent.stderr}`);
      const { body } = await this.ask('/health', this.tokens.whole);
      return /"status":"fresh"/.test(body) && /"endpoints":\{/.test(body);
    };
    await waitUntil('the agent to publish', publishes, { timeoutSeconds: 60, intervalMilliseconds: 200 });
  }

  /** Nothing is published any more, and nothing taken back. */
  async killAgent(): Promise<void> {
    this.#agent?.signal('SIGKILL');
    await this.#agent?.exited;
    this.#agent = undefined;
  }

  /** What was published a moment ago is too old from now on. */
  async makeStale(): Promise<void> {
    await register(this.#administration, this.#publicKey, { softLimitSeconds: 1, hardLimitSeconds: 2 });
  }

  async makeFresh(): Promise<void> {
    await register(this.#administration, this.#publicKey, usualLimits);
  }

  /** Nobody listens where it was. */
  async close(): Promise<void> {
    await this.#door?.stop();
    this.#door = undefined;
  }

  async open(): Promise<void> {
    this.#door ??= await this.#openDoor(this.port);
  }

  async stop(): Promise<void> {
    await this.killAgent();
    await this.close();
    await this.#workerd.stop();
  }
}

interface Fields extends Pick<HealthEdge, 'authorityFile' | 'tokens'> {
  readonly workerd: Workerd;
  readonly administration: Administration;
  readonly openDoor: (port: number) => Promise<Front>;
  readonly door: Front;
  readonly agentFlags: readonly string[];
  readonly publicKey: string;
}

async function register(administration: Administration, publicKey: string, limits: Limits): Promise<void> {
  await administration.call('PUT', `/v1/clusters/${cluster}`, { publicKeys: [publicKey], zones: [zone], ...limits });
}

async function token(administration: Administration, scope: object): Promise<string> {
  const body = { name: 'health', clusters: [cluster], expiresAt: null, ...scope };
  return String((await administration.call('POST', '/v1/tokens', body))['token']);
}
