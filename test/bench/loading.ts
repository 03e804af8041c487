/**
 * What the edge pays to take over a snapshot, measured from outside of workerd.
 *
 * Inside, there is no clock to trust: at the edge time stands still while code runs, and locally it moves in whole
 * milliseconds. So one request does one thing, and its cost is the CPU time of the whole process around it, less that of
 * a request which does nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeapFigures, LoadFigures } from './figures.ts';
import { Inspector } from './inspector.ts';
import type { PublishedValue } from './publishing.ts';
import { median } from './statistics.ts';
import { timedIn } from './time.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

const samples = 40;
/** In one request, so that what a request costs by itself weighs little. */
const loadsPerRequest = 4;
/** The answer is sent before the last of the work is done. */
const settleMilliseconds = 2;

export async function measureLoading(workerd: Workerd, value: PublishedValue, image: Uint8Array): Promise<LoadFigures> {
  const request = (action: string, body?: Uint8Array): Promise<number> =>
    timedIn(workerd.processId, async () => {
      await workerd.request(action, body);
      await sleep(settleMilliseconds);
    });
  const each = async (action: string, times = loadsPerRequest, body?: Uint8Array): Promise<number> => {
    const milliseconds: number[] = [];
    for (let sample = 0; sample < samples; sample += 1) {
      const nothing = await request('nothing');
      milliseconds.push(((await request(`${action}?times=${times}`, body)) - nothing) / times);
    }
    return median(milliseconds);
  };
  await give(workerd, value);
  const firstMilliseconds = await request('load?times=1');
  await workerd.request('image', image);
  const hashMilliseconds = await each('hash');
  const openMilliseconds = await each('open');
  return {
    firstMilliseconds,
    fetchMilliseconds: await each('fetch', 1, value.body),
    verifyMilliseconds: await each('verify'),
    hashMilliseconds,
    inflateMilliseconds: (await each('open-body')) - hashMilliseconds - openMilliseconds,
    openMilliseconds,
    checkMilliseconds: await each('check'),
    allMilliseconds: await each('load'),
  };
}

/** In an isolate of its own, since the one that is measured keeps more than a Worker would. */
export async function measureHeap(
  value: PublishedValue,
  image: Uint8Array,
  ask: (workerd: Workerd) => Promise<void>,
): Promise<HeapFigures> {
  const workerd = await startWorkerd({ inspect: true });
  try {
    await give(workerd, value);
    const inspector = await Inspector.connect(workerd.inspectorUrl!);
    const wake = () => workerd.request('nothing');
    await inspector.collectGarbage(wake);
    const before = await inspector.usedOctets();
    await workerd.request('load?times=1');
    await workerd.request('load?times=1');
    const uncollected = await inspector.usedOctets();
    await ask(workerd);
    await inspector.collectGarbage(wake);
    const after = await inspector.usedOctets();
    inspector.close();
    return { besideImageOctets: after - before - image.length, garbageOctets: uncollected - after };
  } finally {
    await workerd.stop();
  }
}

/** Puts the value where a load finds it. */
export async function give(workerd: Workerd, { given, body }: PublishedValue): Promise<void> {
  await workerd.request('given', JSON.stringify(given));
  await workerd.request('fetch', body);
}
