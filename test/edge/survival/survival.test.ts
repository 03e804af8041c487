/**
 * `kube-doh edge` and its processes are killed at random moments while an agent publishes without a pause. After each kill it
 * answers again, from nothing older than what it had accepted, and knows every token and registration.
 *
 * KILLS=500 npx vitest run test/edge/survival tries more moments than a usual run, SEED=7 others.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Administration } from '../../../client/administration.ts';
import { DohClient } from '../../../client/doh/doh-client.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { Chance } from '../../cluster/differential/chance.ts';
import { CountingAgent, numberName, zone } from './counting-agent.ts';
import { EdgeProcess } from './edge-process.ts';

const kills = Number(process.env['KILLS'] ?? 8);
const seed = process.env['SEED'] ?? '20261122';
const cluster = 'prod' as ClusterId;

vi.setConfig({ testTimeout: 60_000 + kills * 5000 });

let folder: string;
let edge: EdgeProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-survival-'));
  edge = new EdgeProcess(folder, ['--no-rate-limits', '--default-cluster', cluster]);
});
afterEach(async () => {
  await edge.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Who is killed. The edge itself is started again as a service manager would do it; it starts workerd by itself. */
const victims = ['workerd', 'edge', 'both'] as const;

describe.runIf(process.platform === 'linux')('kill -9 at any moment', () => {
  test('what was accepted is there, and so are tokens and registrations', async () => {
    const chance = new Chance(seed);
    const { url, adminKeyFile } = await edge.start();
    const administration = new Administration(new URL(url), readFileSync(adminKeyFile, 'utf8').trim());
    const key = SigningKey.generate();
    await administration.call('PUT', `/v1/clusters/${cluster}`, { publicKeys: [key.publicKey], zones: [zone] });
    const token = await makeToken(administration, 'good');
    const revoked = await makeToken(administration, 'revoked');
    await administration.call('DELETE', `/v1/tokens?id=${revoked.slice(3, 11)}`);
    const tokens = await administration.call('GET', '/v1/tokens');

    const agent = new CountingAgent(new URL(url), cluster, key, new Chance(`${seed} agent`));
    agent.start();
    try {
      await expect.poll(() => agent.accepted, { timeout: 10_000 }).toBeGreaterThan(0);
      for (let i = 0; i < kills; i += 1) {
        await sleep(chance.below(250));
        const victim = chance.oneOf(victims);
        const accepted = agent.accepted;
        await kill(victim);
        if (victim !== 'workerd') await edge.start();
        const where = `seed ${seed}, kill ${i + 1} (${victim}), accepted ${accepted}`;
        const answered = await firstAnswer(url, token);
        expect(answered, where).toBeGreaterThanOrEqual(accepted);
        expect(answered, where).toBeLessThanOrEqual(agent.sent);
        expect(await statusWith(url, token), where).toBe(200);
        expect(await statusWith(url, revoked), where).toBe(401);
        expect(await administration.call('GET', '/v1/tokens'), where).toEqual(tokens);
        expect(await registrationIn(administration), where).toEqual({
          publicKeys: [key.publicKey],
          zones: [zone],
        });
        // And it takes more.
        await expect.poll(() => agent.accepted, { timeout: 10_000, message: where }).toBeGreaterThan(accepted);
        expect(edge.workerdPids(), where).toHaveLength(1);
      }
      expect(agent.accepted).toBeGreaterThan(kills);
    } finally {
      await agent.stop();
    }
  });

  async function kill(victim: (typeof victims)[number]): Promise<void> {
    const workerds = edge.workerdPids();
    // The edge first, so that it does not begin to start another one.
    if (victim !== 'workerd') process.kill(edge.pid, 'SIGKILL');
    if (victim !== 'edge') for (const pid of workerds) process.kill(pid, 'SIGKILL');
    if (victim !== 'workerd') await edge.end('SIGKILL');
  }
});

async function makeToken(administration: Administration, name: string): Promise<string> {
  const { token } = await administration.call('POST', '/v1/tokens', { name, clusters: [cluster], expiresAt: null });
  return String(token);
}

/** The number in the first answer that comes; what failed before it is no answer. */
async function firstAnswer(url: string, token: string): Promise<number> {
  const client = new DohClient({ url: new URL(`${url}/t/${token}/dns-query`) });
  try {
    for (;;) {
      const answer = await client.ask(numberName, 'TXT').catch(() => undefined);
      if (answer !== undefined) {
        expect(answer.rcode).toBe('NOERROR');
        const [record] = answer.packet.answers ?? [];
        return Number(record !== undefined && 'data' in record ? String(record.data) : Number.NaN);
      }
      await sleep(10);
    }
  } finally {
    client.close();
  }
}

async function statusWith(url: string, token: string): Promise<number> {
  const question = '/dns-query?name=number.probe.svc.cluster.local&type=TXT';
  const response = await fetch(url + question, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

async function registrationIn(administration: Administration): Promise<object> {
  const { clusters } = (await administration.call('GET', '/v1/clusters')) as {
    clusters: { publicKeys: string[]; zones: string[] }[];
  };
  const [{ publicKeys, zones }] = clusters as [(typeof clusters)[number]];
  return { publicKeys, zones };
}
