/** Figures as text: what is measured in rows, the sizes in columns, and beside each limited figure whether it holds. */
import type { Figures, QuestionTimes } from './figures.ts';
import { type Bars, type Size, slicesPerWindow } from './sizes.ts';
import { type Cell, layOut, limited, plain, type Row, type Table } from './text-table.ts';

export interface Measured {
  readonly size: Size;
  readonly figures: Figures;
}

export function tableOf(all: readonly Measured[]): Table {
  return layOut([...sizeRows(all), ...agentRows(all), ...edgeRows(all), ...crowdRows(all), ...questionRows(all)]);
}

function sizeRows(all: readonly Measured[]): Row[] {
  return [
    { label: '', cells: all.map(({ size }) => plain(size.name)) },
    { label: 'Services', cells: all.map(({ size }) => plain(whole(size.services))) },
    { label: 'endpoints', cells: all.map(({ size }) => plain(endpointText(size))) },
    { heading: 'The value of a cluster' },
    row(
      'raw',
      mebibytes,
      all,
      ({ value }) => value.rawOctets,
      ({ rawOctets }) => rawOctets,
    ),
    row('compressed', mebibytes, all, ({ value }) => value.compressedOctets),
  ];
}

function agentRows(all: readonly Measured[]): Row[] {
  return [
    { heading: 'The agent, in Node' },
    row(
      'full computation: objects to image, first time',
      milliseconds,
      all,
      ({ compute }) => compute.firstMilliseconds,
    ),
    row(
      'full computation, warm',
      milliseconds,
      all,
      ({ compute }) => compute.warmMilliseconds,
      (bars) => bars.computeMilliseconds,
    ),
    row('compress', milliseconds, all, ({ compute }) => compute.compressMilliseconds),
    row('hash', milliseconds, all, ({ compute }) => compute.hashMilliseconds),
    row(
      'hash + compress',
      milliseconds,
      all,
      ({ compute }) => compute.compressAndHashMilliseconds,
      (bars) => bars.compressAndHashMilliseconds,
    ),
    row('sign', milliseconds, all, ({ compute }) => compute.signMilliseconds),
    row(
      'one changed Service to image, p50',
      milliseconds,
      all,
      ({ change }) => change.p50Milliseconds,
      (bars) => bars.changeP50Milliseconds,
    ),
    row(
      'one changed Service to image, p95',
      milliseconds,
      all,
      ({ change }) => change.p95Milliseconds,
      (bars) => bars.changeP95Milliseconds,
    ),
    row(
      `window of ${slicesPerWindow} changed slices`,
      milliseconds,
      all,
      ({ change }) => change.windowMilliseconds,
      (bars) => bars.windowMilliseconds,
    ),
  ];
}

function edgeRows(all: readonly Measured[]): Row[] {
  return [
    { heading: 'Loading it in workerd' },
    row('fetch: the body into memory', milliseconds, all, ({ load }) => load.fetchMilliseconds),
    row('verify the manifest', milliseconds, all, ({ load }) => load.verifyMilliseconds),
    row('hash', milliseconds, all, ({ load }) => load.hashMilliseconds),
    row('inflate', milliseconds, all, ({ load }) => load.inflateMilliseconds),
    row('open', milliseconds, all, ({ load }) => load.openMilliseconds),
    row(
      'verify, hash and open',
      milliseconds,
      all,
      ({ load }) => load.checkMilliseconds,
      (bars) => bars.loadMilliseconds,
    ),
    row('a whole load', milliseconds, all, ({ load }) => load.allMilliseconds),
    row('a whole load, the first in an isolate', milliseconds, all, ({ load }) => load.firstMilliseconds),
    row(
      'heap beside the image',
      mebibytes,
      all,
      ({ heap }) => heap.besideImageOctets,
      (bars) => bars.heapOctets,
    ),
    row('garbage of a load', mebibytes, all, ({ heap }) => heap.garbageOctets),
  ];
}

/** Of three clusters, each has a snapshot to read. */
const crowds = [
  ['cold', 'cold', 2],
  ['after the snapshot was replaced', 'swapping', 2],
  ['three clusters, cold', 'threeCold', 4],
  ['three clusters, after one was replaced', 'threeSwapping', 4],
] as const;

function crowdRows(all: readonly Measured[]): Row[] {
  return [
    { heading: 'An isolate that 100 requests ask at once: KV read operations, octets read, heap with garbage' },
    ...crowds.flatMap(([name, crowd, maxOperations]) => [
      row(
        `${name}: reads`,
        whole,
        all,
        ({ firstQuestions }) => firstQuestions[crowd].readOperations,
        () => maxOperations,
      ),
      row(`${name}: octets`, mebibytes, all, ({ firstQuestions }) => firstQuestions[crowd].readOctets),
      row(
        `${name}: heap`,
        mebibytes,
        all,
        ({ firstQuestions }) => firstQuestions[crowd].heapOctets,
        ({ crowdHeapOctets }) => crowdHeapOctets,
      ),
    ]),
  ];
}

function questionRows(all: readonly Measured[]): Row[] {
  const kinds = new Set(all.flatMap(({ figures }) => figures.questions.map(({ kind }) => kind)));
  const rowsOf = (runtime: 'workerd' | 'node'): Row[] =>
    [...kinds].map((kind) => ({
      label: kind,
      cells: all.map(({ figures }) => {
        const question = figures.questions.find((one) => one.kind === kind);
        return plain(question === undefined ? '–' : timesText(question[runtime]));
      }),
    }));
  return [
    { heading: 'A question in workerd: found in the image / from its octets to those of the answer' },
    ...rowsOf('workerd'),
    { heading: 'The same in Node' },
    ...rowsOf('node'),
  ];
}

function row(
  label: string,
  format: (value: number) => string,
  all: readonly Measured[],
  value: (figures: Figures) => number,
  limit: (bars: Bars) => number | undefined = () => undefined,
): Row {
  const cells = all.map(({ size, figures }): Cell => {
    return limited(value(figures), limit(size.bars), format);
  });
  return { label, cells };
}

function endpointText({ endpoints, families }: Size): string {
  return `${whole(endpoints)}${families.length === 1 ? '' : ` × ${families.length} addresses`}`;
}

function timesText({ lookupMicroseconds, answerMicroseconds }: QuestionTimes): string {
  return `${lookupMicroseconds.toFixed(2)} / ${answerMicroseconds.toFixed(2)} µs`;
}

function whole(value: number): string {
  return value.toLocaleString('en');
}

function milliseconds(value: number): string {
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ms`;
}

function mebibytes(octets: number): string {
  return `${(octets / 1024 / 1024).toFixed(2)} MiB`;
}
