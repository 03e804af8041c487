/**
 * The packet door, fuzzed: the corpus, and packets of a fixed seed. `npm run fuzz:packets` does the same with as many
 * packets as there is time for, and times them.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { readAnswer } from './answer-reader.ts';
import { readCorpus } from './corpus.ts';
import { type Door, openDoor } from './door.ts';
import { rcodeOf } from './law.ts';
import { formatPacket } from './packet-text.ts';
import { runPackets, startTrial, worlds } from './run.ts';
import { deliveriesOf, type Trial } from './trial.ts';
import { ordinaryWorld } from './world.ts';

const seed = 20_261_121;
const count = 50_000;
const timeoutMilliseconds = 120_000;

const rcodeNames: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  16: 'BADVERS',
};

let door: Door;
let trial: Trial;
beforeAll(async () => {
  door = await openDoor(worlds);
  trial = await startTrial();
});

describe.for(readCorpus())('corpus/$name', ({ entries }) => {
  test.for(entries)('$title: $outcome', async ({ packet, outcome }) => {
    const { status, octets } = await door.send(packet, ordinaryWorld, 'POST');
    expect(status === 200 ? rcodeNames[rcodeOf(readAnswer(octets))] : String(status)).toBe(outcome);
    for (const delivery of deliveriesOf(packet, worlds)) expect(await trial.run(delivery)).toBeUndefined();
  });
});

test(
  `${count} packets of seed ${seed}`,
  async () => {
    const { trial: ran, failure } = await runPackets({ count, seed });
    expect(failure && { ...failure, packet: formatPacket(failure.delivery.packet) }).toBeUndefined();
    // Every kind of answer was met, and not just the refusals.
    const { outcomes } = ran;
    const expected = ['RCODE 0', 'RCODE 1', 'RCODE 3', 'RCODE 4', 'RCODE 5', 'status 400', 'status 413', 'status 414'];
    expect([...outcomes.keys()].sort()).toEqual(expected);
    const found = (outcomes.get('RCODE 0') ?? 0) + (outcomes.get('RCODE 3') ?? 0);
    expect(found).toBeGreaterThan(count / 8);
    expect(ran.largestOctets).toBeGreaterThan(60_000);
  },
  timeoutMilliseconds,
);
