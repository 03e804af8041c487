/**
 * Objects move and faults happen by chance, one on top of the other. Whatever happens: no name that exists is ever
 * denied, none is ever missing from what is published, and after quiet what is published is what the API says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { Chance } from '../cluster/differential/chance.ts';
import { LeaseServer } from '../sync-agent/leader/simulated-world.ts';
import type { AgentHere } from './agent-here.ts';
import { EmbeddedScene } from './embedded-scene.ts';
import { moveObjects } from './objects-in-motion.ts';
import { anyFault, mend } from './random-faults.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? inject('lawSeed'));
const rounds = Number(process.env['FAULTS_ROUNDS'] ?? 6);
const stepsPerRound = 10;
/** Time goes by so much faster: a publish interval is 30 ms. */
const factor = 100;

let scene: EmbeddedScene;

async function play(chance: Chance, also: () => void): Promise<string> {
  const happened: string[] = [];
  for (let step = 0; step < stepsPerRound; step += 1) {
    const moves = chance.below(4);
    for (let move = 0; move < moves; move += 1) moveObjects(scene.cluster, chance);
    if (chance.oneIn(2)) happened.push(await anyFault(scene, chance));
    if (chance.oneIn(4)) await mend(scene);
    also();
    await sleep(chance.below(40));
  }
  await mend(scene);
  return happened.join(', ');
}

describe('one agent', () => {
  beforeAll(async () => {
    scene = await EmbeddedScene.start();
    scene.agent({ factor });
    await scene.untilCurrent();
  });
  afterAll(async () => {
    await scene.stop();
  });

  test.for(Array.from({ length: rounds }, (_, i) => i))('history %i', async (round) => {
    const key = `${seed} ${round}`;
    const happened = await play(new Chance(key), () => {});
    await scene.untilCurrent(`${key}: ${happened}`);
    await scene.expectLaw(`${key}: ${happened}`);
  });
});

describe('two agents, of which one is cut off at random', () => {
  let leases: LeaseServer;
  let agents: AgentHere[];

  beforeAll(async () => {
    leases = new LeaseServer();
    scene = await EmbeddedScene.start();
    agents = [0, 1].map(() => scene.agent({ factor, leases }));
    await scene.untilCurrent();
  });
  afterAll(async () => {
    for (const { cable } of agents) cable.plug();
    await scene.stop();
  });

  test.for(Array.from({ length: rounds }, (_, i) => i))('history %i', async (round) => {
    const key = `${seed} ${round} two`;
    const chance = new Chance(key);
    const happened = await play(chance, () => {
      for (const { cable } of agents) {
        if (chance.oneIn(6)) cable.pull();
        else if (chance.oneIn(4)) cable.plug();
      }
    });
    // One stays away, as if it were killed; the other has to do.
    const killed = chance.oneOf(agents);
    killed.cable.pull();
    agents.find((agent) => agent !== killed)!.cable.plug();
    await scene.untilCurrent(`${key}: ${happened}`);
    killed.cable.plug();
    await scene.untilCurrent(`${key}: ${happened}`);
    await scene.expectLaw(`${key}: ${happened}`);
  });
});
