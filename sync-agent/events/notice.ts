/** Problems of an object → what is said of it in a Kubernetes Event (core v1). Pure. */
import { createHash } from 'node:crypto';
import type { Problem } from '../cluster.ts';

/** All that is wrong with one object. */
export interface Notice {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a Namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** One line, of at most 1024 octets. */
  readonly message: string;
}

/** The API server takes no more. */
const maxMessageOctets = 1024;
/** Of the name of any object. */
const maxNameCharacters = 253;

const apiVersions: ReadonlyMap<string, string> = new Map([
  ['Namespace', 'v1'],
  ['Service', 'v1'],
  ['Pod', 'v1'],
  ['EndpointSlice', 'discovery.k8s.io/v1'],
  ['ServiceImport', 'multicluster.x-k8s.io/v1alpha1'],
]);

const maxReporterCharacters = 128;

/** By the object, as a Problem names it. What is withheld is none: somebody wants it so. */
export function noticesOf(problems: readonly Problem[]): ReadonlyMap<string, Notice> {
  const reasons = new Map<string, Set<string>>();
  for (const { object, reason, isWithheld } of problems) {
    if (isWithheld !== true) reasons.set(object, (reasons.get(object) ?? new Set()).add(reason));
  }
  const notices = new Map<string, Notice>();
  for (const [object, all] of reasons) {
    const notice = noticeOf(object, all);
    if (notice !== undefined) notices.set(object, notice);
  }
  return notices;
}

function noticeOf(object: string, reasons: ReadonlySet<string>): Notice | undefined {
  const [kind = '', path = ''] = object.split(' ');
  const apiVersion = apiVersions.get(kind);
  const slash = path.indexOf('/');
  const name = path.slice(slash + 1);
  if (apiVersion === undefined || name === '') return undefined;
  // Sorted, so that the same reasons say the same however they were found.
  const message = shortened([...reasons].sort().join('; '), maxMessageOctets);
  return { apiVersion, kind, namespace: slash < 0 ? undefined : path.slice(0, slash), name, message };
}

/** Where the Event is. Those of objects without a namespace are in `default`. */
export function namespaceOf({ namespace }: Notice): string {
  return namespace ?? 'default';
}

/**
 * `reporter` names the process. The name of the Event is made of what it says, so that the API server turns away what
 * another process, or this one before, has said already.
 */
export function eventOf(notice: Notice, reporter: string, now: number): unknown {
  const { apiVersion, kind, namespace, name, message } = notice;
  // Of Kubernetes' Time, which has whole seconds.
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(notice), namespace: namespaceOf(notice) },
    involvedObject: { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) },
    type: 'Warning',
    reason: 'NotPublished',
    message,
    source: { component: 'kube-doh' },
    reportingComponent: 'kube-doh',
    reportingInstance: reporter.slice(0, maxReporterCharacters),
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
  };
}

function eventName({ kind, name, message }: Notice): string {
  const digest = createHash('sha256').update(`${kind} ${name} ${message}`).digest('hex').slice(0, 16);
  const start = name.slice(0, maxNameCharacters - digest.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${start}.${digest}`;
}

function shortened(text: string, maxOctets: number): string {
  const octets = Buffer.from(text);
  if (octets.length <= maxOctets) return text;
  const end = '…';
  let length = maxOctets - Buffer.byteLength(end);
  // Not within a character: its further octets begin with the bits 10.
  while (((octets[length] ?? 0) & 0xc0) === 0x80) length -= 1;
  return octets.toString('utf8', 0, length) + end;
}
