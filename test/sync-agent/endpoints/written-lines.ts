/** The endpoints of a cluster as they are written, and read again. */
import { endpointsSource } from '../../../sync-agent/endpoints/endpoints-source.ts';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import type { ObservedView } from '../../../sync-agent/supplements/source.ts';
import { type EndpointsLine, readEndpointsLine } from '../../../zone/endpoints/line.ts';
import { ordinaryOptions } from '../remarks/observed.ts';

/** In the order in which they are made. */
export function textsOf(view: ObservedView, options: Partial<RecordOptions> = {}): string[] {
  const [form] = endpointsSource.take(view, { ...ordinaryOptions, ...options });
  return [...form()].map(({ text }) => text);
}

/** Throws for one that cannot be read. */
export function linesOf(view: ObservedView, options: Partial<RecordOptions> = {}): EndpointsLine[] {
  return textsOf(view, options).map((text) => {
    const line = readEndpointsLine(text);
    if (line === undefined) throw new Error(`no line: ${text}`);
    return line;
  });
}
