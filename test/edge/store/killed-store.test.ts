/** A process that writes is killed at random moments. What it said is there, and never half of anything. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DiskStore } from '../../../edge/store/disk-store.ts';
import { Chance } from '../../cluster/differential/chance.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
const kills = 25;
const valueOctets = 64 * 64 * 1024;

test('kill -9 while it writes', async () => {
  const chance = new Chance('killed store');
  const folder = temporaryFolder();
  let durable = 0;
  let count = 0;
  for (let i = 0; i < kills; i += 1) {
    const child = spawn(process.execPath, [writer, folder, String(durable + 1)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      told += part;
    });
    await once(child.stdout, 'data');
    await sleep(chance.below(40));
    child.kill('SIGKILL');
    await once(child, 'close');
    const numbers = told.trim().split('\n').map(Number);
    count += numbers.length;
    durable = Math.max(durable, ...numbers);

    const store = new DiskStore(folder);
    const value = (await store.open('a'))!;
    const octets = await buffer(value.stream());
    const number = Number(value.metadata);
    expect(number).toBeGreaterThanOrEqual(durable);
    expect(number).toBeLessThanOrEqual(durable + 1);
    expect(octets.length).toBe(valueOctets);
    expect(octets.equals(Buffer.alloc(valueOctets, `${number} `.padStart(16)))).toBe(true);
    durable = number;
  }
  expect(count).toBeGreaterThan(kills);
});
