/**
 * What a Node process loads before its program, so that `dns.lookup` asks us for names of the cluster's zones. Whatever
 * connects by name ends there: `net`, `tls`, `http`, `fetch`.
 *
 * The function's own text becomes the module (`hookModule`). So it may use nothing from outside its body but its
 * arguments, and only syntax and interfaces that Node has had since version 16.
 */
import type dns from 'node:dns';
import type net from 'node:net';

export interface HookSettings {
  /** Where `LookupServer` listens. */
  readonly path: string;
  /** In lower case, without final dots. */
  readonly zones: readonly string[];
}

/** CommonJS, for `--require`: it comes before a program of either kind. */
export function hookModule(settings: HookSettings): string {
  const modules = "require('node:dns'), require('node:net')";
  return `(${patchLookup})(${modules}, ${JSON.stringify(settings)});\nrequire('node:module').syncBuiltinESMExports();\n`;
}

/** What `LookupServer` answers, as JSON; the second is an error of getaddrinfo. */
export type LookupAnswer =
  | { readonly addresses: readonly dns.LookupAddress[] }
  | { readonly code: 'ENOTFOUND' | 'EAI_AGAIN' };

/** Exported for its text. */
export function patchLookup(system: typeof dns, sockets: typeof net, { path, zones }: HookSettings): void {
  type Callback = (error: NodeJS.ErrnoException | null, found?: unknown, family?: number) => void;
  const { lookup } = system;
  const { lookup: promisedLookup } = system.promises;

  function isOurs(host: unknown): host is string {
    if (typeof host !== 'string') return false;
    const name = host.toLowerCase().replace(/\.$/, '');
    return zones.some((zone) => name === zone || name.endsWith(`.${zone}`));
  }

  /** Undefined when nobody listens any more. */
  function ask(host: string): Promise<LookupAnswer | undefined> {
    return new Promise((resolve) => {
      let text = '';
      const socket = sockets.connect(path);
      socket.setEncoding('utf8');
      socket.on('data', (part) => {
        text += String(part);
      });
      socket.on('error', () => resolve(undefined));
      socket.on('close', () => resolve(text === '' ? undefined : JSON.parse(text)));
      socket.end(`${host}\n`);
    });
  }

  function failed(host: string, code: string): NodeJS.ErrnoException {
    const error = new Error(`getaddrinfo ${code} ${host}`);
    return Object.assign(error, {
      code,
      errno: code === 'ENOTFOUND' ? -3008 : -3001,
      syscall: 'getaddrinfo',
      hostname: host,
    });
  }

  /** As the options say; undefined when the system is to be asked after all. Rejects as getaddrinfo fails. */
  async function find(host: string, options: dns.LookupOptions): Promise<dns.LookupAddress[] | undefined> {
    const answer = await ask(host);
    if (answer === undefined) return undefined;
    if ('code' in answer) throw failed(host, answer.code);
    const wanted = Number(String(options.family === undefined ? 0 : options.family).replace('IPv', ''));
    const addresses = answer.addresses.filter(({ family }) => wanted === 0 || family === wanted);
    if (addresses.length === 0) throw failed(host, 'ENOTFOUND');
    return addresses;
  }

  function optionsOf(given: unknown): dns.LookupOptions {
    if (typeof given === 'number') return { family: given };
    return typeof given === 'object' && given !== null ? given : {};
  }

  function patched(...args: unknown[]): void {
    const [host, given] = args;
    const callback = args[args.length - 1];
    const askSystem = (): void => {
      Reflect.apply(lookup, system, args);
    };
    if (!isOurs(host) || typeof callback !== 'function') {
      askSystem();
      return;
    }
    const done = callback as Callback;
    const options = optionsOf(given);
    find(host, options).then(
      (found) => {
        // Out of the promise: what the callback throws is the program's.
        setImmediate(() => {
          if (found === undefined) askSystem();
          else if (options.all === true) done(null, found);
          else done(null, found[0]!.address, found[0]!.family);
        });
      },
      (error) => setImmediate(() => done(error)),
    );
  }

  async function patchedPromise(...args: unknown[]): Promise<unknown> {
    const [host, given] = args;
    const options = optionsOf(given);
    const found = isOurs(host) ? await find(host, options) : undefined;
    if (found === undefined) return Reflect.apply(promisedLookup, system.promises, args);
    return options.all === true ? found : found[0];
  }

  // What Node knows of its own function besides, `util.promisify` among it.
  Object.defineProperties(patched, Object.getOwnPropertyDescriptors(lookup));
  Object.assign(system, { lookup: patched });
  Object.assign(system.promises, { lookup: patchedPromise });
}
