/**
 * Where the API server is and how to authenticate to it. The only file that knows @kubernetes/client-node, of which it
 * uses KubeConfig: reading a kubeconfig or the in-cluster files, certificates, tokens, credential plugins, proxies.
 */
import type { Agent, RequestOptions } from 'node:https';
import { type Cluster, KubeConfig } from '@kubernetes/client-node';
import { KubeError, messageOf, systemCode } from './error.ts';
import { quote } from './json.ts';

export type KubeSource =
  /** `context` undefined: the file's current context. */
  | { readonly type: 'file'; readonly path: string; readonly context: string | undefined }
  /** The service account of the pod. `root` is a folder to find its files in, for tests. */
  | { readonly type: 'inCluster'; readonly root?: string };

/** An address on the API server and the options for `http.request` that carry authentication and the agent. */
export interface Target {
  readonly url: URL;
  readonly options: RequestOptions;
}

/** Below the time that any request has, so that it is the plugin that is named and not the server. */
const defaultCredentialMilliseconds = 25_000;

interface Loaded {
  readonly config: KubeConfig;
  readonly server: string;
  readonly proxy: string | undefined;
}

export class Configuration {
  readonly #source: KubeSource;
  readonly #credentialMilliseconds: number;
  #loaded: Loaded | undefined;
  #agent: { readonly agent: Agent; readonly server: string; readonly proxy: string | undefined } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** Reads the configuration. Throws KubeError: KUBECONFIG_MISSING, KUBECONFIG_UNREADABLE, KUBECONFIG_INVALID. */
  constructor(source: KubeSource, credentialMilliseconds = defaultCredentialMilliseconds) {
    this.#source = source;
    this.#credentialMilliseconds = credentialMilliseconds;
    this.#loaded = load(source);
  }

  /**
   * The target of one request to `path`. Certificates and tokens are looked up anew each time, so rotated ones are
   * seen. Rejects with KubeError: as the constructor after `reload`, and CREDENTIALS_UNAVAILABLE, also when they take
   * too long. Whoever has left by the signal before its turn came is passed over.
   */
  target(path: string, signal: AbortSignal): Promise<Target> {
    // One at a time: three first requests would otherwise start three credential plugins, each with its own login.
    const target = this.#turn.then(() => {
      signal.throwIfAborted();
      return this.#authenticated(path);
    });
    this.#turn = target.catch(() => undefined);
    return target;
  }

  /** Makes the next request read the configuration again and drop every credential that is remembered. */
  reload(): void {
    this.#loaded = undefined;
  }

  /** Closes all connections, those in use included. */
  close(): void {
    this.#agent?.agent.destroy();
  }

  async #authenticated(path: string): Promise<Target> {
    this.#loaded ??= load(this.#source);
    const { config, server, proxy } = this.#loaded;
    const headers: Record<string, string> = { Accept: 'application/json', 'User-Agent': 'kube-doh-sync-agent' };
    const options: RequestOptions = { headers };
    try {
      await withinTime(config.applyToHTTPSOptions(options), this.#credentialMilliseconds);
    } catch (error) {
      throw new KubeError(
        'CREDENTIALS_UNAVAILABLE',
        `cannot get the credentials that ${nameOf(this.#source)} asks for (${messageOf(error)}): ` +
          'check the certificate files, the token file and the plugin that it names',
        { cause: error },
      );
    }
    // A token file usually ends with a line break, which is not allowed in a header.
    if (headers['Authorization'] !== undefined) headers['Authorization'] = headers['Authorization'].trim();
    return { url: new URL(server + path), options: { ...options, agent: this.#keptAlive(options, server, proxy) } };
  }

  /**
   * One agent for all requests: KubeConfig makes it, because only KubeConfig knows the proxy, but without keep-alive
   * and with the certificates of its first use for ever.
   */
  #keptAlive(options: RequestOptions, server: string, proxy: string | undefined): Agent {
    if (this.#agent?.server !== server || this.#agent.proxy !== proxy) {
      this.#agent?.agent.destroy();
      this.#agent = { agent: options.agent as Agent, server, proxy };
    }
    const { agent } = this.#agent;
    Object.assign(agent, { keepAlive: true });
    Object.assign(agent.options, {
      keepAlive: true,
      ca: options.ca,
      cert: options.cert,
      key: options.key,
      rejectUnauthorized: options.rejectUnauthorized,
      servername: options.servername,
    });
    return agent;
  }
}

/** Rejects when it takes longer. KubeConfig waits for a plugin for ever, and gives nothing to end the plugin with. */
async function withinTime(promise: Promise<void>, milliseconds: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${milliseconds / 1000} s`)), milliseconds);
  try {
    await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function load(source: KubeSource): Loaded {
  const config = source.type === 'file' ? loadFile(source) : loadInCluster(source.root);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeError('KUBECONFIG_INVALID', `${nameOf(source)} has no usable cluster`);
  return { config: forServer(config, cluster, source), server: serverOf(cluster, source), proxy: cluster.proxyUrl };
}

function loadFile(source: KubeSource & { type: 'file' }): KubeConfig {
  const { path } = source;
  const config = new KubeConfig();
  try {
    // A broken entry matters only if the chosen context leads to it.
    config.loadFromFile(path, { onInvalidEntry: 'filter' });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') {
      throw new KubeError('KUBECONFIG_MISSING', `there is no kubeconfig at ${path}: pass its path`, { cause: error });
    }
    if (code !== '') {
      const text = `cannot read kubeconfig ${path} (${messageOf(error)}): pass the path of a readable file`;
      throw new KubeError('KUBECONFIG_UNREADABLE', text, { cause: error });
    }
    const text = `${path} is not a kubeconfig (${firstLine(error)}): pass the path of one`;
    throw new KubeError('KUBECONFIG_INVALID', text, { cause: error });
  }
  const contexts = config.getContexts().map((context) => context.name);
  if (contexts.length === 0) {
    throw new KubeError('KUBECONFIG_INVALID', `${path} is not a kubeconfig (it has no contexts): pass the path of one`);
  }
  const name = source.context ?? config.getCurrentContext();
  if (typeof name !== 'string' || name === '') {
    const text = `kubeconfig ${path} has no current context: choose one of ${listed(contexts)}`;
    throw new KubeError('KUBECONFIG_INVALID', text);
  }
  config.setCurrentContext(name);
  const context = config.getContextObject(name);
  if (context === null) {
    const text = `kubeconfig ${path} has no context ${quote(name)}: choose one of ${listed(contexts)}`;
    throw new KubeError('KUBECONFIG_INVALID', text);
  }
  if (config.getCluster(context.cluster) === null) {
    const text = `context ${quote(name)} of kubeconfig ${path} names cluster ${quote(context.cluster)}, which has no server there`;
    throw new KubeError('KUBECONFIG_INVALID', `${text}: choose another context or add the cluster`);
  }
  if (context.user !== undefined && config.getUser(context.user) === null) {
    const text = `context ${quote(name)} of kubeconfig ${path} names user ${quote(context.user)}, who is not there`;
    throw new KubeError('KUBECONFIG_INVALID', `${text}: choose another context or add the user`);
  }
  return config;
}

function loadInCluster(root = ''): KubeConfig {
  if (process.env['KUBERNETES_SERVICE_HOST'] === undefined || process.env['KUBERNETES_SERVICE_PORT'] === undefined) {
    throw new KubeError(
      'KUBECONFIG_MISSING',
      'this is not a pod of a cluster (KUBERNETES_SERVICE_HOST is not set): pass the path of a kubeconfig',
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster(root);
  return config;
}

function serverOf(cluster: Cluster, source: KubeSource): string {
  if (/^https?:\/\//i.test(cluster.server) && URL.canParse(cluster.server)) return cluster.server.replace(/\/+$/, '');
  const text = `${nameOf(source)} has the server ${quote(cluster.server)}, which is no http or https URL: correct it`;
  throw new KubeError('KUBECONFIG_INVALID', text);
}

/**
 * KubeConfig ignores the cluster's certificates when there is no user, and refuses plain HTTP unless TLS errors are to
 * be ignored. Over plain HTTP no credential is sent, as with kubectl.
 */
function forServer(config: KubeConfig, cluster: Cluster, source: KubeSource): KubeConfig {
  const isPlain = /^http:/i.test(serverOf(cluster, source));
  const user = config.getCurrentUser();
  if (user !== null && !isPlain) return config;
  const anonymous = new KubeConfig();
  anonymous.loadFromClusterAndUser(isPlain ? { ...cluster, skipTLSVerify: true } : cluster, { name: 'anonymous' });
  return anonymous;
}

/** YAML errors go on with an excerpt of the file, which may hold a secret. */
function firstLine(error: unknown): string {
  return messageOf(error instanceof Error ? (error.message.split('\n')[0] ?? '') : error);
}

function nameOf(source: KubeSource): string {
  return source.type === 'file' ? `kubeconfig ${source.path}` : 'the configuration of this pod';
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(quote).join(', ');
  return names.length > 10 ? `${shown}, …` : shown;
}
