/**
 * What workerd is told to run, in its own format (Cap'n Proto text). Paths are relative to the folder that it is started in, so
 * that none is too long for a socket, and secrets stand here, in a file of that private folder, and on no command line.
 */

export interface RateLimit {
  readonly limit: number;
  readonly periodSeconds: 10 | 60;
}

export interface ConfigurationOptions {
  readonly compatibilityDate: string;
  /** Variables and secrets of the Worker, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** Bindings that limit rates, by name. */
  readonly rateLimits: Readonly<Record<string, RateLimit>>;
  /** Durable Objects: the names of classes that the Worker exports; each is bound under its name in capitals. */
  readonly objects: readonly string[];
}

/** In the folder that workerd is started in. */
export const runFiles = {
  configuration: 'edge.capnp',
  worker: 'worker.mjs',
  rateLimit: 'rate-limit.mjs',
  meter: 'meter.mjs',
  kvSocket: 'kv',
  meterSocket: 'meter',
  /** A further one at each start, since the one before may still be there. */
  workerdSocket: (number: number) => `workerd-${number}`,
} as const;

/** Beside that folder. */
export const objectsFolder = 'objects';

/** A variable cannot be written down. The message is one line. */
export class VariableError extends Error {
  readonly code = 'VARIABLE';

  constructor(name: string) {
    super(`${name} holds something else than printable ASCII`);
    this.name = 'VariableError';
  }
}

/** Throws VariableError. */
export function workerdConfiguration(options: ConfigurationOptions, socketNumber: number): string {
  const { compatibilityDate, variables, rateLimits, objects } = options;
  const bindings = [
    '(name = "STORE", kvNamespace = "kv")',
    '(name = "METRICS", wrapped = (moduleName = "kube-doh:meter", innerBindings = [(name = "meter", service = "meter")]))',
    ...objects.map((name) => `(name = "${name.toUpperCase()}", durableObjectNamespace = "${name}")`),
    ...Object.entries(variables).map(([name, value]) => `(name = "${name}", text = ${quoted(name, value)})`),
    ...Object.entries(rateLimits).map(([name, limit]) => rateLimitBinding(name, limit)),
  ];
  const classes = objects.map((name) => `(className = "${name}", uniqueKey = "${name}", enableSql = true)`);
  // Whom the Worker asks is the operator's to say, and may be a server inside the company.
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "edge", worker = (
      modules = [(name = "worker.mjs", esModule = embed "${runFiles.worker}")],
      compatibilityDate = "${compatibilityDate}",
      bindings = [
        ${bindings.join(',\n        ')}
      ],
      durableObjectNamespaces = [${classes.join(', ')}],
      durableObjectStorage = (localDisk = "objects"),
    )),
    (name = "objects", disk = (path = "../${objectsFolder}", writable = true)),
    (name = "kv", external = (address = "unix:${runFiles.kvSocket}", http = ())),
    (name = "meter", external = (address = "unix:${runFiles.meterSocket}", http = ())),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [
    (name = "http", address = "unix:${runFiles.workerdSocket(socketNumber)}", http = (), service = "edge"),
  ],
  extensions = [(modules = [
    (name = "kube-doh:rate-limit", internal = true, esModule = embed "${runFiles.rateLimit}"),
    (name = "kube-doh:meter", internal = true, esModule = embed "${runFiles.meter}"),
  ])],
  logging = (structuredLogging = true),
);
`;
}

function rateLimitBinding(name: string, { limit, periodSeconds }: RateLimit): string {
  const inner = `(name = "limit", json = "${limit}"), (name = "periodSeconds", json = "${periodSeconds}")`;
  return `(name = "${name}", wrapped = (moduleName = "kube-doh:rate-limit", innerBindings = [${inner}]))`;
}

function quoted(name: string, value: string): string {
  if (!/^[ -~]*$/.test(value)) throw new VariableError(name);
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
