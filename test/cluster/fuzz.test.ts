/** Generated histories of objects: after each step the same answers as CoreDNS, but for the differences on the list. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiServer } from './control-plane/api-server.ts';
import { fuzz } from './differential/fuzz.ts';
import { differenceNames } from './differential/model/differences.ts';
import { failureText } from './differential/report.ts';
import { Rounds } from './differential/round.ts';
import { type Servers, startServers } from './differential/servers.ts';
import { variations } from './differential/variations.ts';
import { system } from './support/system.ts';

const seed = 20_261_121;
const historyCount = 100;
const fewestQuestions = 20_000;
const shrinkMilliseconds = 120_000;
const timeoutMilliseconds = 600_000;

const { api, kubeconfigPath, resolverUrls, directory } = system();
let servers: Servers;
beforeAll(async () => {
  servers = await startServers({ variations, kubeconfigPath, resolverUrls, directory });
});
afterAll(() => servers.stop());

test(
  `${historyCount} histories of seed ${seed}`,
  async () => {
    const rounds = new Rounds(apiServer(api), servers.subjects);
    const log = (line: string): boolean => process.stdout.write(`${line}\n`);
    const failure = await fuzz(rounds, { seed, from: 0, to: historyCount, shrinkMilliseconds, log });
    expect(failure && failureText(failure)).toBeUndefined();
    const { questions, positive, met } = rounds.totals;
    expect(questions).toBeGreaterThanOrEqual(fewestQuestions);
    // Many names only nearly exist.
    expect(positive).toBeGreaterThanOrEqual(questions / 8);
    expect(
      differenceNames.filter((name) => !met.has(name)),
      'differences that were never met',
    ).toEqual([]);
  },
  timeoutMilliseconds,
);
