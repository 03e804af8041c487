/** What an agent costs, as text: the agent and CoreDNS in columns. */
import { type Cell, layOut, limited, plain, type Row, type Table } from '../text-table.ts';
import type { AgentFigures, LoadFigures } from './figures.ts';
import type { ChurningSize, HeldSize } from './sizes.ts';

/** `figures` undefined: what is needed was not built. */
export function agentTable(figures: AgentFigures | undefined): Table {
  if (figures === undefined)
    return { lines: ['  the agent: left out (npm run cluster builds what it needs)'], missed: 0 };
  const { sizes, held, churning } = figures;
  return layOut([
    row('', plain('the agent'), plain('CoreDNS')),
    ...heldRows(sizes.held, held),
    ...churningRows(sizes.churning, churning),
  ]);
}

function heldRows(size: HeldSize, { agent, coredns, memoryRatio }: AgentFigures['held']): Row[] {
  return [
    { heading: `Beginning with ${clusterText(size)}, as a process on a real API server` },
    row(
      'start to the first snapshot stored, or answer given',
      limited(agent.startSeconds, size.maxStartSeconds, seconds),
      plain(seconds(coredns.startSeconds)),
    ),
    row('peak of memory (VmHWM)', plain(mebibytes(agent.peakOctets)), plain(mebibytes(coredns.peakOctets))),
    row("the same, in CoreDNS's", limited(memoryRatio, size.maxMemoryRatio, times), plain('')),
  ];
}

function churningRows(size: ChurningSize, { agent, coredns, ...figures }: AgentFigures['churning']): Row[] {
  const pace = `${size.changesPerSecond} EndpointSlices a second for ${size.seconds} s`;
  return [
    { heading: `Following ${clusterText(size)}, with changes of ${pace}` },
    row('change to snapshot stored, p50', limited(figures.p50Seconds, size.maxP50Seconds, seconds), plain('–')),
    row('change to snapshot stored, p99', limited(figures.p99Seconds, size.maxP99Seconds, seconds), plain('–')),
    row('the same by its own histogram: p50, p99', plain(bucketsText(agent)), plain(bucketsText(coredns))),
    row('CPU time, of one core', limited(agent.cpuShare, size.maxCpuShare, percent), plain(percent(coredns.cpuShare))),
    row('peak of memory (VmHWM)', plain(mebibytes(agent.peakOctets)), plain(mebibytes(coredns.peakOctets))),
    row('snapshots written', limited(figures.writes, figures.maxWrites, String), plain('')),
    row('changes published', plain(`${whole(figures.changes)} in ${seconds(figures.elapsedSeconds)}`), plain('')),
  ];
}

function row(label: string, agent: Cell, coredns: Cell): Row {
  return { label, cells: [agent, coredns] };
}

function clusterText({ services, endpoints }: { readonly services: number; readonly endpoints: number }): string {
  return `${whole(services)} Services and ${whole(endpoints)} endpoints`;
}

function bucketsText({ p50Bucket, p99Bucket }: LoadFigures): string {
  if (p50Bucket === undefined || p99Bucket === undefined) return '–';
  return `≤ ${seconds(p50Bucket)}, ≤ ${seconds(p99Bucket)}`;
}

function whole(value: number): string {
  return value.toLocaleString('en');
}

function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

function mebibytes(octets: number): string {
  return `${(octets / 1024 / 1024).toFixed(1)} MiB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}
