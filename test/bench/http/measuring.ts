/** Asks every server all that is to be compared, and says what it cost each. */
import { Asker, type Received } from './asker.ts';
import { type Contestant, contest, type Effort, type Rounds, rounds, type Seat } from './contest.ts';
import type { LargeCluster } from './large-cluster.ts';
import type { Access, Row } from './rows.ts';
import { type Server, startDeployed, startEmpty, startRoute } from './servers.ts';

export interface RowFigures {
  readonly row: Row;
  readonly worker: Rounds;
  readonly route: Rounds;
  readonly empty: Rounds;
  /** Undefined where it does not answer such questions, or is not there. */
  readonly coredns: Rounds | undefined;
}

/** Servers that are compared in every row. */
interface Others {
  readonly empty: Server;
  readonly coredns: Server | undefined;
}

/** What those get who are only shown, of the requests that the two get which are compared. */
const otherShare = 0.25;
/** In a round of a row that is only shown. */
const shownEffort = { processes: 1, slices: 3 } as const;

export async function measureRows(
  large: LargeCluster,
  rows: readonly Row[],
  coredns: Server | undefined,
  effort: Effort,
  log: (line: string) => void,
): Promise<RowFigures[]> {
  await using running = new AsyncDisposableStack();
  const empty = running.adopt(await startEmpty(), stop);
  const figures: RowFigures[] = [];
  for (const access of new Set(rows.map((row) => row.access))) {
    const ofAccess = rows.filter((row) => row.access === access);
    // CoreDNS knows no tokens.
    const others = { empty, coredns: access === 'open' ? coredns : undefined };
    figures.push(...(await measureAccess(large, access, ofAccess, others, effort, log)));
  }
  return figures;
}

/** The same Workers answer all rows, as in use; and the same routes all that they stand for. */
async function measureAccess(
  large: LargeCluster,
  access: Access,
  rows: readonly Row[],
  others: Others,
  effort: Effort,
  log: (line: string) => void,
): Promise<RowFigures[]> {
  await using running = new AsyncDisposableStack();
  const several = async (count: number, start: () => Promise<Server>): Promise<readonly Server[]> => {
    const servers: Server[] = [];
    for (let i = 0; i < count; i += 1) servers.push(running.adopt(await start(), stop));
    return servers;
  };
  const processCount = rounds * effort.processes;
  const workers = await several(processCount, () => startDeployed(large, access === 'open'));
  const routes = new Map<string, readonly Server[]>();
  const contests: Contest[] = [];
  for (const row of rows) {
    const asked = await connect(workers, row, 1);
    checkStatus(row, asked);
    const count = row.maxRatio === undefined ? 1 : processCount;
    const same = routes.get(row.route) ?? (await several(count, () => startRoute(row.pattern, asked.received)));
    routes.set(row.route, same);
    contests.push(await contestOf(row, asked, await connect(same, row, 1), others));
  }
  running.defer(() => {
    for (const { asker } of contests.flatMap(seatsOf)) asker.close();
  });
  log(`warming up what is asked ${access === 'open' ? 'without' : 'with'} a token …`);
  await warmUp(contests, effort);
  const figures: RowFigures[] = [];
  for (const one of contests) {
    log(`${one.row.name} …`);
    figures.push(await measure(one, effort));
  }
  return figures;
}

function stop(server: Server): Promise<void> {
  return server.stop();
}

/** Those who are asked a row's questions. */
interface Contest {
  readonly row: Row;
  /** The Worker, the route, the empty Worker, and CoreDNS where it has an answer. */
  readonly contestants: readonly Contestant[];
}

interface Connected extends Contestant {
  /** The answer to the first request. */
  readonly received: Received;
}

async function contestOf(row: Row, worker: Connected, route: Connected, { empty, coredns }: Others): Promise<Contest> {
  const contestants = [worker, route, await connect([empty], row, otherShare)];
  if (coredns === undefined || row.rcode === undefined) return { row, contestants };
  const other = await connect([coredns], row, otherShare);
  checkSame(row, other.received, worker.received);
  return { row, contestants: [...contestants, other] };
}

async function connect(servers: readonly Server[], { requests }: Row, share: number): Promise<Connected> {
  const seats = servers.map(({ processId, port }): Seat => {
    let position = -1;
    const next = (): Buffer => {
      position = (position + 1) % requests.length;
      return requests[position]!;
    };
    return { processId, asker: new Asker(port), next };
  });
  const [{ asker, next }] = seats as [Seat];
  return { seats, share, received: await asker.once(next()) };
}

function checkStatus({ name }: Row, { received: { status } }: Connected): void {
  if (status !== 200) throw new Error(`${name}: the Worker answers with status ${status}`);
}

/** Otherwise two different things would be compared. */
function checkSame({ name }: Row, ofCoreDns: Received, ofWorker: Received): void {
  const [theirs, ours] = [ofCoreDns, ofWorker].map(({ body }) => body.readUInt16BE(6));
  if (theirs !== ours) throw new Error(`${name}: CoreDNS answers with ${theirs} records, the Worker with ${ours}`);
}

const warmUpSliceRequests = 500;

/** Each process gets all that it will be asked, in turn. */
async function warmUp(contests: readonly Contest[], { warmUpRequests }: Effort): Promise<void> {
  const all = contests.flatMap((one) => seatsOf(one).map((seat) => ({ seat, rcode: one.row.rcode })));
  for (const ofProcess of Map.groupBy(all, ({ seat }) => seat.processId).values()) {
    for (let slice = 0; slice * warmUpSliceRequests < warmUpRequests; slice += 1) {
      const { seat, rcode } = ofProcess[slice % ofProcess.length]!;
      await seat.asker.ask(seat.next, warmUpSliceRequests, rcode);
    }
  }
}

function seatsOf({ contestants }: Contest): Seat[] {
  return contestants.flatMap(({ seats }) => seats);
}

async function measure({ row, contestants }: Contest, effort: Effort): Promise<RowFigures> {
  const rowEffort = row.maxRatio === undefined ? { ...effort, ...shownEffort } : effort;
  const measured = await contest(contestants, row.rcode, rowEffort);
  const [worker, route, empty, coredns] = measured as [Rounds, Rounds, Rounds, Rounds | undefined];
  return { row, worker, route, empty, coredns };
}
