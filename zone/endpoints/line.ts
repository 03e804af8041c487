/**
 * Lines of the endpoints value: which endpoints Services have, ready or not (docs/endpoints.md).
 *
 * The agent writes them, since it knows Kubernetes and how Prometheus names what it knows; the edge copies texts. So that
 * every text can stand in JSON as it is, a line is printable ASCII without a backslash.
 */
import { maxLineOctets } from '../supplement/supplement.ts';

/** Endpoints of a Service that are of one address family and offer the same ports. A Service may have several lines. */
export interface EndpointsLine {
  /** Relative to the zone, `<service>.<namespace>.svc` in lower case. It comes first. */
  readonly name: string;
  /** Labels of all that follows. */
  readonly labels: Labels;
  readonly ports: readonly LinePort[];
  /** Names of the labels of which each endpoint has the values. */
  readonly columns: readonly string[];
  readonly endpoints: readonly LineEndpoint[];
}

/** Names of labels begin with `__meta_kubernetes_`, as those of Prometheus's own discovery. */
export type Labels = Readonly<Record<string, string>>;

/** Number, null where it stands for every number; name, empty for none; labels. */
export type LinePort = readonly [number: number | null, name: string, labels: Labels];

/**
 * Address in its usual form; the label of its name below the Service's name, empty where it can have none; whether it is
 * ready; and a value for each column, empty for none.
 */
export type LineEndpoint = readonly [address: string, host: string, standing: Standing, ...values: string[]];

/** Only endpoints that are `ready` are in DNS. */
export type Standing = 'ready' | 'not-ready' | 'terminating';

/** All but the endpoints. */
export type EndpointsHead = Omit<EndpointsLine, 'endpoints'>;

/** Undefined where the line is none: each text in it may be written between quotation marks as it is. */
export function readEndpointsLine(text: string): EndpointsLine | undefined {
  const line = parsed(text);
  return isHead(line) && areEndpoints(line) ? line : undefined;
}

/** From the line up to the comma in front of its endpoints. */
export function readEndpointsHead(text: string): EndpointsHead | undefined {
  const head = parsed(`${text}}`);
  return isHead(head) ? head : undefined;
}

function parsed(text: string): unknown {
  if (text.length > maxLineOctets || notPlain.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A character that is not printable ASCII, or a backslash. */
const notPlain = /[^ -[\]-~]/;
const serviceName = /^[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}\.svc$/;
const labelName = /^__meta_kubernetes_[a-z0-9_]{1,100}$/;
const standings: ReadonlySet<unknown> = new Set<Standing>(['ready', 'not-ready', 'terminating']);
/** In an endpoint, of what is not the value of a column. */
const fixedCount = 3;

function isHead(value: unknown): value is EndpointsHead {
  const { name, labels, ports, columns } = (value ?? {}) as { readonly [member: string]: unknown };
  if (typeof name !== 'string' || !serviceName.test(name) || !areLabels(labels)) return false;
  if (!Array.isArray(columns) || !columns.every(isLabelName)) return false;
  return Array.isArray(ports) && ports.every(isPort);
}

function areEndpoints(line: EndpointsHead): line is EndpointsLine {
  const { endpoints } = line as { readonly endpoints?: unknown };
  return Array.isArray(endpoints) && endpoints.every((one: unknown) => isEndpoint(one, line.columns.length));
}

function isPort(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [number, name, labels] = value as readonly unknown[];
  return (number === null || isPortNumber(number)) && typeof name === 'string' && areLabels(labels);
}

/** Texts and no more: of a large cluster there are a million of them, and a reader only copies them. */
function isEndpoint(value: unknown, columnCount: number): boolean {
  if (!Array.isArray(value) || value.length !== fixedCount + columnCount) return false;
  const endpoint: readonly unknown[] = value;
  for (const text of endpoint) if (typeof text !== 'string') return false;
  return endpoint[0] !== '' && standings.has(endpoint[2]);
}

function areLabels(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, text]) => isLabelName(name) && typeof text === 'string');
}

function isLabelName(value: unknown): boolean {
  return typeof value === 'string' && labelName.test(value);
}

function isPortNumber(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}
