/** What the stub resolver achieves, as text. */
import { type Cell, layOut, limited, plain, type Table } from '../text-table.ts';
import type { StubFigures } from './measuring.ts';

const leastRatio = 0.4;
const maxResidentOctets = 100 * 1000 * 1000;

/** `figures` undefined: what is needed is not installed. */
export function stubTable(figures: StubFigures | undefined): Table {
  if (figures === undefined) {
    return { lines: ['  kube-doh dns: left out (apt-get install unbound dnsperf brings what it needs)'], missed: 0 };
  }
  const { stubAnswersPerSecond, unboundAnswersPerSecond, ratio, lost, memory } = figures;
  return layOut([
    { heading: 'kube-doh dns: cached answers over UDP on one core, asked by dnsperf' },
    { label: 'answers per second', cells: [plain(thousands(stubAnswersPerSecond))] },
    { label: 'unbound, in turns', cells: [plain(thousands(unboundAnswersPerSecond))] },
    { label: 'ratio', cells: [atLeast(ratio, leastRatio)] },
    { label: 'questions lost', cells: [limited(lost, 0, String)] },
    { heading: 'kube-doh dns: the most memory that it took, by what it was started from' },
    ...memory.map(({ way, peakResidentOctets }) => ({
      label: way,
      cells: [limited(peakResidentOctets, maxResidentOctets, megabytes)],
    })),
  ]);
}

function atLeast(value: number, bar: number): Cell {
  const isMissed = value < bar;
  return { text: `${value.toFixed(2)} (≥ ${bar} ${isMissed ? 'MISSED' : 'ok'})`, isMissed };
}

function thousands(value: number): string {
  return `${(value / 1000).toFixed(1)} k`;
}

function megabytes(octets: number): string {
  return `${(octets / 1e6).toFixed(0)} MB`;
}
