/** Keeps the supplements that are published, and stores them unless a test says otherwise. */
import { gunzipSync } from 'node:zlib';
import type {
  SupplementAnswer,
  SupplementEdge,
  SupplementPut,
} from '../../../sync-agent/supplements/supplement-edge.ts';
import { type EndpointsLine, readEndpointsLine } from '../../../zone/endpoints/line.ts';
import { type NameRemarks, readRemarkLine } from '../../../zone/remarks/remarks.ts';

export class RecordingSupplementEdge implements SupplementEdge {
  /** Of all attempts. */
  readonly puts: SupplementPut[] = [];
  answer: (signal: AbortSignal, put: SupplementPut) => Promise<SupplementAnswer> = async () => ({ kind: 'stored' });

  async putSupplement(supplement: SupplementPut, signal: AbortSignal): Promise<SupplementAnswer> {
    this.puts.push(supplement);
    return await this.answer(signal, supplement);
  }

  /** Of the last attempt with remarks, by name. */
  get remarks(): ReadonlyMap<string, NameRemarks> {
    const put = this.puts.findLast(({ kind }) => kind === 'remarks');
    const lines = linesOf(put).map((text) => readRemarkLine(text)!);
    return new Map(lines.map((line) => [line.name, line]));
  }

  /** Of the last attempt with endpoints. */
  get endpoints(): readonly EndpointsLine[] {
    const put = this.puts.findLast(({ kind }) => kind === 'endpoints');
    return linesOf(put).map((text) => readEndpointsLine(text)!);
  }

  /** Of the same those of one Service, as `address standing`. */
  addressesOf(service: string): readonly string[] {
    const lines = this.endpoints.filter(({ name }) => name === service);
    return lines.flatMap(({ endpoints }) => endpoints.map(([address, , standing]) => `${address} ${standing}`));
  }
}

export function linesOf(put: SupplementPut | undefined): string[] {
  const text = put === undefined ? '' : gunzipSync(put.body).toString();
  return text === '' ? [] : text.trimEnd().split('\n');
}
