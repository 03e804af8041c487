/** The costs as tables in Markdown. Pure. */
import { beyondFreePlan, egressBill, workersBill } from './bill.ts';
import { egressPerGigabyte } from './prices.ts';
import { busyIsolates, type ClusterSize, type Habits, secondsPerMonth, sizes, usageOf } from './usage.ts';

const tenMillion = 10e6;

interface Pace extends Omit<Habits, 'questionsPerMonth'> {
  readonly name: string;
}

const paces: readonly Pace[] = [
  { name: 'one a minute', secondsBetweenChanges: 60, publishIntervalSeconds: 3 },
  { name: 'one a second', secondsBetweenChanges: 1, publishIntervalSeconds: 3 },
  { name: 'one a second, `--publish-interval 30`', secondsBetweenChanges: 1, publishIntervalSeconds: 30 },
];

/** Lines for docs/deploying-the-worker.md. */
export function costTables(): readonly string[] {
  return [
    ...clusterTable(),
    '',
    `10 million questions a month; egress at ${dollars(egressPerGigabyte.AWS)} for a gigabyte, as AWS has it.`,
    '',
    ...questionTable(),
    '',
    `1,000 Services, one change a second; ${busyIsolates} isolates that are asked all the time.`,
    '',
    ...freeTable(),
  ];
}

function clusterTable(): readonly string[] {
  const header = ['cluster', 'changes', 'publishes', 'egress', 'Cloudflare', 'egress costs', 'with a NAT gateway'];
  const rows = sizes.flatMap((size) =>
    paces.map((pace) => {
      const usage = usageOf(size, { ...pace, questionsPerMonth: tenMillion });
      return [
        sizeText(size),
        pace.name,
        thousands(usage.publishes),
        `${gigabytes(usage.egressOctets)} GB`,
        dollars(workersBill(usage)),
        dollars(egressBill(usage, egressPerGigabyte.AWS, false)),
        dollars(egressBill(usage, egressPerGigabyte.AWS, true)),
      ];
    }),
  );
  return markdown(header, rows);
}

function questionTable(): readonly string[] {
  const size = sizes[1]!;
  const rows = [1e6, tenMillion, 100e6, 1e9].map((questionsPerMonth) => {
    const usage = usageOf(size, { secondsBetweenChanges: 1, publishIntervalSeconds: 3, questionsPerMonth });
    const rate = questionsPerMonth / secondsPerMonth;
    return [thousands(questionsPerMonth), rate < 10 ? rate.toFixed(1) : thousands(rate), dollars(workersBill(usage))];
  });
  return markdown(['questions a month', 'a second', 'Cloudflare'], rows);
}

/** The seconds between publishes that the free plan carries are many. */
function freeTable(): readonly string[] {
  const intervals = [3, 60, 120] as const;
  const rows = sizes.map((size) => [
    sizeText(size),
    ...intervals.map((publishIntervalSeconds) => {
      const habits = { secondsBetweenChanges: 1, publishIntervalSeconds, questionsPerMonth: 1e6 };
      const reasons = beyondFreePlan(usageOf(size, habits), size).map((name) => limitNames[name] ?? name);
      return reasons.length === 0 ? 'yes' : `no: ${reasons.join(', ')}`;
    }),
  ]);
  const header = ['on the free plan, with a million questions a month', ...intervals.map((each) => `every ${each} s`)];
  return markdown(header, rows);
}

const limitNames: Readonly<Record<string, string>> = {
  requests: 'requests',
  kvReads: 'KV reads',
  kvWrites: 'KV writes',
  objectRequests: 'requests to objects',
  objectGigabyteSeconds: 'time of objects',
  dataPoints: 'data points',
  cpuMilliseconds: 'CPU time of a publish',
};

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)];
}

function sizeText({ services, endpoints }: ClusterSize): string {
  return `${thousands(services)} Services, ${thousands(endpoints)} endpoints`;
}

function thousands(amount: number): string {
  return Math.round(amount).toLocaleString('en-US');
}

function gigabytes(octets: number): string {
  const amount = octets / 1e9;
  return amount < 10 ? amount.toFixed(1) : thousands(amount);
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
