/**
 * `npm run fuzz:cluster -- [--minutes N] [--seed S] [--history K]`: generated histories of objects in a real control plane,
 * whose answers are compared with CoreDNS's. Exit codes: 0 all as it should be, 1 not, 2 wrong usage.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { ControlPlaneFailure } from '../control-plane/failure.ts';
import { fuzz } from './fuzz.ts';
import { differenceNames } from './model/differences.ts';
import { type Failure, failureText } from './report.ts';
import { Rounds, type Totals } from './round.ts';
import { startServers } from './servers.ts';
import { slotCount } from './slots.ts';
import { customResourcesPath, resolverOf, variations } from './variations.ts';

const usage = `Usage: npm run fuzz:cluster -- [--minutes N] [--seed S] [--history K]
  --minutes N   begin new histories for so long (1)
  --seed S      a whole number, from which all histories follow (by chance)
  --history K   only the history of that number`;

const shrinkMilliseconds = 180_000;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

interface Request {
  readonly minutes: number;
  readonly seed: number;
  readonly history: number | undefined;
}

const request = parseRequest(process.argv.slice(2));
if (request === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(request);
  } catch (error) {
    if (!(error instanceof ControlPlaneFailure)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function parseRequest(args: string[]): Request | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { minutes: { type: 'string' }, seed: { type: 'string' }, history: { type: 'string' } },
    });
    const minutes = Number(values.minutes ?? 1);
    const seed = Number(values.seed ?? Date.now() % 2 ** 31);
    const history = values.history === undefined ? undefined : Number(values.history);
    const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    return minutes > 0 && isWhole(seed) && (history === undefined || isWhole(history))
      ? { minutes, seed, history }
      : undefined;
  } catch {
    return undefined;
  }
}

async function run(request: Request): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'kube-doh-fuzz-'));
  const plane = await startControlPlane({
    directory: join(directory, 'plane'),
    log: print,
    resolvers: variations.map(resolverOf),
    customResources: [readFileSync(customResourcesPath, 'utf8')],
  });
  try {
    return await runBeside(plane, directory, request);
  } finally {
    await plane.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runBeside(plane: ControlPlane, directory: string, { minutes, seed, history }: Request): Promise<number> {
  const servers = await startServers({ ...plane, variations, directory });
  try {
    const rounds = new Rounds(plane.api, servers.subjects);
    const startedAt = performance.now();
    const first = history ?? 0;
    let next = first;
    let failure: Failure | undefined;
    do {
      const to = history === undefined ? next + slotCount : next + 1;
      const asksAll = history !== undefined;
      failure = await fuzz(rounds, { seed, from: next, to, asksAll, shrinkMilliseconds, log: print });
      next = to;
    } while (failure === undefined && history === undefined && performance.now() < startedAt + minutes * 60_000);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    print(`seed ${seed}: ${next - first} histories in ${seconds} s`);
    for (const line of totalsLines(rounds.totals)) print(line);
    if (failure !== undefined) print(failureText(failure));
    return failure === undefined ? 0 : 1;
  } finally {
    await servers.stop();
  }
}

function totalsLines({ questions, positive, met, refusals }: Totals): string[] {
  return [
    `${questions} questions, ${positive} answered with records`,
    ...differenceNames.map((name) => `  ${name}: met ${met.get(name) ?? 0} times`),
    `refused by the API server: ${[...refusals].map(([why, count]) => `${why} ${count}`).join(', ') || 'nothing'}`,
  ];
}
