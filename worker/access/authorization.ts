/**
 * The one step that every request with a credential takes: whose it is, whether the cluster is in its scope, and whether
 * it is one too many. A credential that is missing, malformed, unknown, expired or revoked ends at the same place with
 * the same refusal.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Machine } from '../environment.ts';
import { sha256Hexadecimal } from '../octets/sha256.ts';
import type { TroubleLog } from '../trouble-log.ts';
import type { AuditLog } from './audit.ts';
import { readAuthorization } from './doors/authorization-header.ts';
import { verifiedFingerprint } from './doors/client-certificate.ts';
import { accessHeader, CloudflareAccess } from './doors/cloudflare-access.ts';
import { tokenOfHost } from './doors/host-label.ts';
import {
  type Administrator,
  anybody,
  type Permitted,
  type Principal,
  type Reader,
  type Signer,
  type Stranger,
  stranger,
} from './principal.ts';
import { type Purpose, RateLimits } from './rate-limits.ts';
import type { RefusalLog } from './refusal-log.ts';
import { equalInConstantTime } from './secret.ts';
import type { DoorSettings } from './settings.ts';
import type { TokenStore } from './token-store.ts';

/** At once, where nobody has to be asked. */
export type MaybeLater<T> = T | Promise<T>;

export type Refusal = { readonly refusal: 'UNAUTHORIZED' | 'TOO_MANY_REQUESTS' | 'CLUSTER_NOT_IN_SCOPE' };

/** What the path says. */
export interface AskedPath {
  readonly token: string | undefined;
  readonly cluster: ClusterId | undefined;
}

export interface AuthorizationSettings {
  readonly isOpen: boolean;
  /** Of the key, in lower-case hexadecimal. Without it nobody is the administrator. */
  readonly administratorKeySha256: string | undefined;
  readonly doors: DoorSettings;
}

export interface AuthorizationLogs {
  readonly audit: AuditLog;
  readonly refusals: RefusalLog;
  readonly troubles: TroubleLog;
}

/** What a signer signs: the header field in which it stands, and the octets that the signature is of. */
export interface Statement {
  readonly header: string;
  octetsOf(text: string): Uint8Array<ArrayBuffer>;
}

/** What is known of the keys that sign. */
interface Signatures {
  /** Whether a key that the cluster is known to have signed what stands in the header. */
  isGood(request: Request, cluster: ClusterId, statement: Statement): Promise<boolean>;
}

export class Authorization {
  readonly #settings: AuthorizationSettings;
  readonly #tokens: TokenStore;
  readonly #access: CloudflareAccess | undefined;
  readonly #limits: RateLimits;
  readonly #logs: AuthorizationLogs;
  readonly #signatures: Signatures;

  constructor(
    settings: AuthorizationSettings,
    { tokens, signatures }: { readonly tokens: TokenStore; readonly signatures: Signatures },
    logs: AuthorizationLogs,
    machine: Machine,
  ) {
    const { access, rateByToken, rateByAddress } = settings.doors;
    this.#settings = settings;
    this.#tokens = tokens;
    this.#signatures = signatures;
    this.#access = access && new CloudflareAccess(access, machine);
    this.#limits = new RateLimits(rateByToken, rateByAddress, logs.troubles);
    this.#logs = logs;
  }

  /**
   * For questions; at once where what is in memory is enough. Throws StoreError or AccessKeysError when it cannot be told
   * whether a credential is good.
   */
  reader(request: Request, path: AskedPath): MaybeLater<Reader | Refusal> {
    if (this.#settings.isOpen) return this.#unlessTooMany(request, anybody);
    const known = this.#knownToken(request, path.token);
    const found = known === undefined ? this.#found(request, path.token) : this.#counted(request, known);
    return found instanceof Promise
      ? found.then((later) => this.#withinScope(later, path.cluster))
      : this.#withinScope(found, path.cluster);
  }

  /** For what readers see of their clusters, and the administrator of all. Throws as `reader`. */
  async lister(request: Request): Promise<Permitted | Administrator | Refusal> {
    const found = (await this.#administratorOf(request)) ?? (await this.#permitted(request, undefined));
    return this.#counted(request, found);
  }

  async administrator(request: Request): Promise<Administrator | Refusal> {
    return this.#counted(request, await this.#administratorOf(request));
  }

  /**
   * For publishing, and for reading what is published. What is in memory tells a good signature for nothing, so guesses are counted before anybody is asked
   * who knows for sure. A key that was registered a moment ago may count as a guess, which is let in all the same.
   */
  async signer(request: Request, cluster: ClusterId, statement: Statement): Promise<Signer | Stranger | Refusal> {
    const isGood = await this.#signatures.isGood(request, cluster, statement);
    if (!isGood) return this.#unlessTooMany(request, stranger, 'publish');
    return this.#counted(request, { kind: 'cluster', id: cluster, door: 'signature' });
  }

  async #found(request: Request, pathToken: string | undefined): Promise<Permitted | Refusal> {
    return this.#counted(request, await this.#permitted(request, pathToken));
  }

  #withinScope(found: Permitted | Refusal, cluster: ClusterId | undefined): Permitted | Refusal {
    if ('refusal' in found || cluster === undefined || found.permission.clusters.includes(cluster)) return found;
    this.#logs.audit.used(found, 'out of scope');
    return notInScope;
  }

  /** The end of every credential: who it is, or the one refusal, unless it is one request too many. */
  #counted<T extends Principal>(request: Request, found: T | undefined): MaybeLater<T | Refusal> {
    if (found === undefined) return this.#unlessTooMany(request, unauthorized);
    const admitted = this.#limits.admits(found);
    if (admitted === true) return found;
    return admitted.then((isAdmitted) => {
      if (isAdmitted) return found;
      this.#logs.audit.used(found, 'too many requests');
      return tooManyRequests;
    });
  }

  /** What somebody gets who showed nothing good, unless it is one request too many from his address. */
  #unlessTooMany<T extends object>(request: Request, outcome: T, purpose: Purpose = 'ask'): MaybeLater<T | Refusal> {
    const counted = (isAdmitted: boolean): T | Refusal => {
      const result = isAdmitted ? outcome : tooManyRequests;
      if ('refusal' in result) this.#logs.refusals.request(result.refusal);
      return result;
    };
    const admitted = this.#limits.admitsAddressOf(request, purpose);
    return admitted === true ? counted(true) : admitted.then(counted);
  }

  /** The token that was shown, if it is known to be good. */
  #knownToken(request: Request, pathToken: string | undefined): Permitted | undefined {
    const shown = this.#shownToken(request, pathToken);
    const token = shown?.text === undefined ? undefined : this.#tokens.known(shown.text);
    return shown && token && { kind: 'token', id: token.id, door: shown.door, permission: token.grant };
  }

  /** The first door at which something was shown decides; a token that somebody wrote down comes before what a device adds. */
  async #permitted(request: Request, pathToken: string | undefined): Promise<Permitted | undefined> {
    const { certificates } = this.#settings.doors;
    const shown = this.#shownToken(request, pathToken);
    if (shown !== undefined) {
      const token = shown.text === undefined ? undefined : await this.#tokens.find(shown.text);
      return token && { kind: 'token', id: token.id, door: shown.door, permission: token.grant };
    }
    const jwt = this.#access && request.headers.get(accessHeader);
    if (typeof jwt === 'string') {
      const named = await this.#access?.find(jwt);
      return named && { kind: 'access', door: 'access', ...named };
    }
    const id = certificates && verifiedFingerprint(request);
    const permission = id === undefined ? undefined : certificates?.get(id);
    return id === undefined || permission === undefined
      ? undefined
      : { kind: 'certificate', id, door: 'certificate', permission };
  }

  #shownToken(
    request: Request,
    pathToken: string | undefined,
  ): { readonly door: Permitted['door']; readonly text: string | undefined } | undefined {
    if (pathToken !== undefined) return { door: 'path', text: pathToken };
    const { tokenHostSuffix } = this.#settings.doors;
    const hostToken = tokenHostSuffix === undefined ? undefined : tokenOfHost(request, tokenHostSuffix);
    return hostToken === undefined ? readAuthorization(request) : { door: 'host', text: hostToken };
  }

  async #administratorOf(request: Request): Promise<Administrator | undefined> {
    const { administratorKeySha256 } = this.#settings;
    const shown = readAuthorization(request);
    if (shown?.text === undefined || administratorKeySha256 === undefined) return undefined;
    const isKey = equalInConstantTime(await sha256Hexadecimal(shown.text), administratorKeySha256);
    return isKey ? { kind: 'administrator', id: 'administrator', door: shown.door } : undefined;
  }
}

const unauthorized: Refusal = { refusal: 'UNAUTHORIZED' };
const tooManyRequests: Refusal = { refusal: 'TOO_MANY_REQUESTS' };
/** The same whether the cluster exists or not. */
const notInScope: Refusal = { refusal: 'CLUSTER_NOT_IN_SCOPE' };
