/** A Cloudflare Access team with keys of its own: what it publishes, and JWTs that it signs. */
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { TestMachine } from './test-machine.ts';

export const team = 'https://team.cloudflareaccess.com';
export const audience = 'aud-of-the-endpoint';

const certificatesUrl = `${team}/cdn-cgi/access/certs`;

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

let firstPair: Pair | undefined;

export interface JwtChange {
  readonly keyId?: string | undefined;
  readonly algorithm?: string;
  /** Instead of the key with that id. */
  readonly key?: Parameters<SignJWT['sign']>[0];
  readonly claims?: JWTPayload;
}

export class AccessTeam {
  readonly #machine: TestMachine;
  readonly #keys = new Map<string, Pair>();
  #beside: readonly object[] = [];

  private constructor(machine: TestMachine) {
    this.#machine = machine;
  }

  /** Publishes its keys to the machine; the first is `one`. */
  static async start(machine: TestMachine): Promise<AccessTeam> {
    const started = new AccessTeam(machine);
    // It takes a while to make one.
    firstPair ??= await generateKeyPair('RS256', { extractable: true });
    started.#keys.set('one', firstPair);
    machine.elsewhere.set(certificatesUrl, () => started.#published());
    return started;
  }

  async addKey(keyId: string): Promise<void> {
    this.#keys.set(keyId, await generateKeyPair('RS256', { extractable: true }));
  }

  removeKey(keyId: string): void {
    this.#keys.delete(keyId);
  }

  /** Publishes this beside its keys. */
  publishBeside(...keys: readonly object[]): void {
    this.#beside = keys;
  }

  fail(answer: () => Response | Promise<Response>): void {
    this.#machine.elsewhere.set(certificatesUrl, answer);
  }

  recover(): void {
    this.#machine.elsewhere.set(certificatesUrl, () => this.#published());
  }

  /** How often its keys were asked for. */
  get reads(): number {
    return this.#machine.fetched.filter((url) => url === certificatesUrl).length;
  }

  /** Good for an hour, but for what is changed. */
  async jwt({ keyId = 'one', algorithm = 'RS256', key, claims }: JwtChange = {}): Promise<string> {
    const seconds = Math.floor(this.#machine.now() / 1000);
    const payload = { iss: team, aud: [audience], sub: 'user-1', iat: seconds, exp: seconds + 3600, ...claims };
    const signed = new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid: keyId });
    return signed.sign(key ?? this.#keys.get(keyId)!.privateKey);
  }

  async #published(): Promise<Response> {
    const keys = [...this.#keys].map(async ([kid, { publicKey }]) => {
      return { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
    });
    return Response.json({ keys: [...this.#beside, ...(await Promise.all(keys))], public_cert: {}, public_certs: [] });
  }
}
