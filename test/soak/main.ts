/**
 * `npm run soak -- [--rounds N] [--seed S]`: objects change and faults happen by chance on a real control plane with two
 * agents, round after round; after each, everything has to be as it should be. Exit codes: 0 it was, 1 not, 2 wrong usage.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { playRound } from './round.ts';
import { startVictims } from './victims.ts';

const usage = `Usage: npm run soak -- [--rounds N] [--seed S]
  --rounds N  how many rounds of about half a minute (20)
  --seed S    a whole number, from which objects and faults follow (by chance)`;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

interface Request {
  readonly rounds: number;
  readonly seed: number;
}

const request = parseRequest(process.argv.slice(2));
if (request === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await soak(request);
  } catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

function parseRequest(args: string[]): Request | undefined {
  try {
    const { values } = parseArgs({ args, options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
    const rounds = Number(values.rounds ?? 20);
    const seed = Number(values.seed ?? Date.now() % 2 ** 31);
    const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    return isWhole(rounds) && isWhole(seed) ? { rounds, seed } : undefined;
  } catch {
    return undefined;
  }
}

async function soak({ rounds, seed }: Request): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'kube-doh-soak-'));
  const victims = await startVictims(directory);
  const { edge } = victims.scene;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now();
      const seconds = (): string => `${Math.round((performance.now() - startedAt) / 1000)} s`;
      try {
        const faults = await playRound(victims, seed, round);
        const seen = `${edge.publications.all.length} publications, ${edge.asked.totals.answered} answers so far`;
        print(`round ${round}, seed ${seed}: well after ${seconds()}; ${faults.join(', ')}; ${seen}`);
      } catch (error) {
        print(`round ${round}, seed ${seed}: NOT WELL after ${seconds()}\n${(error as Error).message}`);
        return 1;
      }
    }
    return 0;
  } finally {
    await victims.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
