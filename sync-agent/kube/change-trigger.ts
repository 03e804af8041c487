/**
 * The moment of the change that made the endpoints of a Service change, which the EndpointSlice controller writes on the
 * slices, so that others can tell how long the news took. Pure.
 */
import { fieldsOf, textOf } from './json.ts';
import { serviceLabel } from './slice-owners.ts';

export interface ChangeTrigger {
  /** `namespace/name`. The Service may not exist. */
  readonly service: string;
  /** In milliseconds since the Unix epoch, by the clock of whoever wrote it. */
  readonly at: number;
}

const annotation = 'endpoints.kubernetes.io/last-change-trigger-time';
/** RFC 3339 in UTC, mostly with fractions of nanoseconds. */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** Undefined when the slice belongs to no Service, or does not say. */
export function changeTriggerOf(slice: unknown): ChangeTrigger | undefined {
  const metadata = fieldsOf(fieldsOf(slice)['metadata']);
  const text = textOf(fieldsOf(metadata['annotations'])[annotation]);
  const namespace = textOf(metadata['namespace']);
  const name = textOf(fieldsOf(metadata['labels'])[serviceLabel]);
  if (text === undefined || namespace === undefined || name === undefined || !timestamp.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : { service: `${namespace}/${name}`, at };
}
