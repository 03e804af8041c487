/** Keeps the remarks that are published, and stores them unless a test says otherwise. */
import { gunzipSync } from 'node:zlib';
import type { RemarksAnswer, RemarksEdge, RemarksPut } from '../../../sync-agent/remarks/remarks-edge.ts';
import { type NameRemarks, readRemarkLine } from '../../../zone/remarks/remarks.ts';

export class RecordingRemarksEdge implements RemarksEdge {
  /** Of all attempts. */
  readonly puts: RemarksPut[] = [];
  answer: (signal: AbortSignal) => Promise<RemarksAnswer> = async () => ({ kind: 'stored' });

  async putRemarks(remarks: RemarksPut, signal: AbortSignal): Promise<RemarksAnswer> {
    this.puts.push(remarks);
    return await this.answer(signal);
  }

  /** Of the last attempt, by name. */
  get lines(): ReadonlyMap<string, NameRemarks> {
    const lines = linesOf(this.puts.at(-1)).map((text) => readRemarkLine(text)!);
    return new Map(lines.map((line) => [line.name, line]));
  }
}

export function linesOf(put: RemarksPut | undefined): string[] {
  return put === undefined ? [] : gunzipSync(put.body).toString().trim().split('\n');
}
