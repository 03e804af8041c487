import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { messagesOnly } from '../../../sync-agent/log-writer.ts';
import { type Publishable, Publisher } from '../../../sync-agent/publish/publisher.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { ManualClock } from '../kube/manual-clock.ts';
import { silentLog } from '../recording-log.ts';
import { notNewer, refused, ScriptedEdge, stored, unavailable } from './scripted-edge.ts';

const nowSeconds = 1_700_000_000;
const never = new AbortController().signal;

let clock: ManualClock;
let lines: string[];

beforeEach(() => {
  clock = new ManualClock(nowSeconds * 1000 + 999);
  lines = [];
});

function publisherTo(edge: ScriptedEdge): Publisher {
  const log = messagesOnly((line) => lines.push(line));
  return new Publisher({ cluster: 'prod' as ClusterId, edge, clock, random: () => 0.5, log });
}

test('it says which cluster it is, if it knows', async () => {
  const edge = new ScriptedEdge(stored, stored);
  const options = { cluster: 'prod' as ClusterId, edge, clock, random: () => 0.5, log: silentLog };
  await publish(new Publisher({ ...options, findIdentity: async () => ({ uid: 'a-uid', isAnother: false }) }));
  await publish(new Publisher(options));
  expect(edge.puts.map(({ manifest }) => manifest.identity)).toEqual(['a-uid', undefined]);
});

test('of another cluster than before it publishes nothing, until it is that one again', async () => {
  const edge = new ScriptedEdge(stored);
  const found = [true, true, false].map((isAnother) => ({ uid: isAnother ? 'b-uid' : 'a-uid', isAnother }));
  const options = { cluster: 'prod' as ClusterId, edge, clock, random: () => 0.5 };
  const log = messagesOnly((line) => lines.push(line));
  const published = await publish(new Publisher({ ...options, log, findIdentity: async () => found.shift()! }));
  expect(edge.puts.map(({ manifest: { identity } }) => identity)).toEqual(['a-uid']);
  expect(published.image).toEqual(snapshot('later 2').image);
  expect(lines).toEqual([
    expect.stringMatching(
      /^publishing failed: the API server shows another cluster than before: .*; it is tried again$/,
    ),
    'published at attempt 3',
  ]);
});

test('it is told when the edge says that the identity is wrong, and of no other refusal', async () => {
  const refused = { kind: 'refused', reason: 'the edge answered 403: x' } as const;
  const edge = new ScriptedEdge(
    { ...refused, code: 'WRONG_SIGNATURE' },
    { ...refused, code: 'WRONG_IDENTITY' },
    stored,
  );
  let wrong = 0;
  const options = { cluster: 'prod' as ClusterId, edge, clock, random: () => 0.5, log: silentLog };
  const onWrongIdentity = () => {
    wrong += 1;
  };
  await publish(new Publisher({ ...options, onWrongIdentity }));
  expect(wrong).toBe(1);
});

function snapshot(content: string, generatedAt = 5): Publishable {
  return { image: new TextEncoder().encode(content), generatedAt };
}

/** Publishes, with something newer at hand for each further attempt. */
async function publish(publisher: Publisher, signal = never) {
  let later = 0;
  const latest = (): Publishable => {
    later += 1;
    return snapshot(`later ${later}`, 5 + later);
  };
  return (await publisher.publish(snapshot('first'), latest, signal))!;
}

function versions({ puts }: ScriptedEdge): string[] {
  return puts.map(({ manifest: { epoch, serial } }) => `${epoch - nowSeconds}/${serial}`);
}

function contents({ puts }: ScriptedEdge): string[] {
  return puts.map(({ body }) => gunzipSync(body).toString());
}

test('the manifest is that of the compressed image', async () => {
  const edge = new ScriptedEdge();
  const { manifest, image, generatedAt } = await publish(publisherTo(edge));
  const [put] = edge.puts;
  expect(manifest).toEqual({
    format: 1,
    cluster: 'prod',
    epoch: nowSeconds,
    serial: 1,
    generatedAt: 5,
    length: put!.body.length,
    sha256: createHash('sha256').update(put!.body).digest('hex'),
  });
  expect(put!.manifest).toEqual(manifest);
  expect([contents(edge), image, generatedAt]).toEqual([['first'], snapshot('first').image, 5]);
});

test('the first writer begins at serial 1 of an epoch of its own, and counts on', async () => {
  const edge = new ScriptedEdge();
  const publisher = publisherTo(edge);
  for (let i = 0; i < 3; i += 1) await publish(publisher);
  clock.milliseconds += 60_000;
  await publish(publisher);
  expect(versions(edge)).toEqual(['0/1', '0/2', '0/3', '0/4']);
  expect(lines).toEqual([]);
});

test.for([
  ['an earlier epoch', notNewer(nowSeconds - 500, 41), '0/42'],
  ['the same epoch', notNewer(nowSeconds, 41), '1/42'],
  ['an epoch of a clock that is ahead', notNewer(nowSeconds + 500, 41), '501/42'],
] as const)('a new writer goes on from what is stored, of %s, at once and without a word', async ([, answer, next]) => {
  const edge = new ScriptedEdge(answer, stored);
  const publisher = publisherTo(edge);
  await publish(publisher);
  await publish(publisher);
  expect(versions(edge)).toEqual(['0/1', next, next.replace('/42', '/43')]);
  expect(contents(edge)).toEqual(['first', 'first', 'first']);
  expect([clock.sleeps, lines]).toEqual([[], []]);
});

test('a new writer goes on from what is stored after a bad start too', async () => {
  const edge = new ScriptedEdge(unavailable(), notNewer(nowSeconds - 500, 41), stored);
  await publish(publisherTo(edge));
  expect(versions(edge)).toEqual(['0/1', '0/2', '1/42']);
  expect(lines.join()).not.toContain('another agent');
});

test('an attempt that got no answer may have been stored: the next is newer', async () => {
  const edge = new ScriptedEdge(stored, unavailable(), unavailable(), stored);
  const publisher = publisherTo(edge);
  await publish(publisher);
  await publish(publisher);
  await publish(publisher);
  expect(versions(edge)).toEqual(['0/1', '0/2', '0/3', '0/4', '0/5']);
});

test('an attempt after a wait brings what is latest then', async () => {
  const edge = new ScriptedEdge(unavailable(), unavailable(), stored);
  const { image, generatedAt, manifest } = await publish(publisherTo(edge));
  expect(contents(edge)).toEqual(['first', 'later 1', 'later 2']);
  expect([image, generatedAt, manifest.generatedAt]).toEqual([snapshot('later 2').image, 7, 7]);
});

test('it waits longer each time, and from the beginning again after a success', async () => {
  const edge = new ScriptedEdge(unavailable(), unavailable(), unavailable(), stored, unavailable(), stored);
  const publisher = publisherTo(edge);
  await publish(publisher);
  await publish(publisher);
  expect(clock.sleeps).toEqual([600, 1200, 2400, 600]);
});

test('it leaves the edge alone for as long as that asks', async () => {
  const edge = new ScriptedEdge(unavailable('the edge answered 429: slower', 20), stored);
  await publish(publisherTo(edge));
  expect(clock.sleeps).toEqual([20_000]);
});

test('what is refused is tried again too, and told once while the reason is the same', async () => {
  const edge = new ScriptedEdge(...Array.from({ length: 50 }, () => refused()), refused('other'), refused(), stored);
  await publish(publisherTo(edge));
  expect(edge.puts).toHaveLength(53);
  expect(clock.sleeps.slice(0, 6)).toEqual([2400, 4800, 9600, 19_200, 22_500, 22_500]);
  expect(lines).toEqual([
    'publishing failed: the edge answered 403: unknown key; it is tried again',
    'publishing failed: other; it is tried again',
    'publishing failed: the edge answered 403: unknown key; it is tried again',
    'published at attempt 53',
  ]);
});

test('it writes nothing while it may not, though nothing has told it to end', async () => {
  const edge = new ScriptedEdge();
  let asked = 0;
  const mayWrite = (): boolean => {
    asked += 1;
    return asked > 3;
  };
  const options = { cluster: 'prod' as ClusterId, edge, clock, random: () => 0.5, log: silentLog };
  await publish(new Publisher({ ...options, mayWrite }));
  expect(clock.sleeps).toEqual([100, 100, 100]);
  expect(edge.puts).toHaveLength(1);
});

test('one that is told what is stored goes on from there at once', async () => {
  const edge = new ScriptedEdge();
  const options = { cluster: 'prod' as ClusterId, edge, clock, random: () => 0.5, log: silentLog };
  await publish(new Publisher({ ...options, after: { epoch: nowSeconds + 500, serial: 41 } }));
  expect(versions(edge)).toEqual(['501/42']);
});

test('it gives up what is refused, where it is to', async () => {
  const edge = new ScriptedEdge(unavailable(), refused(), stored);
  const options = { cluster: 'prod' as ClusterId, edge, clock, random: () => 0.5, log: silentLog };
  await expect(publish(new Publisher({ ...options, givesUpWhenRefused: true }))).rejects.toMatchObject({
    code: 'PUBLISH_REFUSED',
    message: 'publishing failed: the edge answered 403: unknown key',
  });
  expect(edge.puts).toHaveLength(2);
});

test('a stored epoch that cannot be is not believed, and the wait grows', async () => {
  const day = 86_400_000;
  const edge = new ScriptedEdge(
    notNewer(clock.now() + day + 100_000, 4),
    notNewer(clock.now() + day + 100_000, 4),
    stored,
  );
  await publish(publisherTo(edge));
  expect(versions(edge)).toEqual(['0/1', '0/2', '0/3']);
  expect(clock.sleeps).toEqual([2400, 4800]);
  expect(lines[0]).toMatch(
    /^publishing failed: the edge says that epoch \d+ is stored, which no agent can have published;/,
  );
});

test('it ends without a publish where there is nothing to publish any more', async () => {
  const edge = new ScriptedEdge(unavailable(), stored);
  expect(await publisherTo(edge).publish(snapshot('first'), () => undefined, never)).toBeUndefined();
  expect(edge.puts).toHaveLength(1);
});

test('each publish that fails is told', async () => {
  const edge = new ScriptedEdge(refused(), stored, refused(), stored);
  const publisher = publisherTo(edge);
  await publish(publisher);
  await publish(publisher);
  expect(lines.filter((line) => line.startsWith('publishing failed'))).toHaveLength(2);
});

test('a writer that was overtaken takes over again, after a wait, and says what is wrong', async () => {
  const edge = new ScriptedEdge(stored, notNewer(nowSeconds + 100, 2), stored);
  const publisher = publisherTo(edge);
  await publish(publisher);
  await publish(publisher);
  expect(versions(edge)).toEqual(['0/1', '0/2', '101/3']);
  expect(clock.sleeps).toEqual([600]);
  expect(lines).toEqual([
    `publishing failed: another agent publishes cluster prod too (epoch ${nowSeconds + 100}, serial 2): ` +
      'stop one, or give it a --cluster of its own; it is tried again',
    'published at attempt 2',
  ]);
});

test('two new writers at once do not go round without a pause', async () => {
  const edge = new ScriptedEdge(notNewer(nowSeconds + 1, 1), notNewer(nowSeconds + 9, 2), stored);
  await publish(publisherTo(edge));
  expect(versions(edge)).toEqual(['0/1', '2/2', '10/3']);
  expect(clock.sleeps).toEqual([600]);
});

test('it ends with the signal, between attempts too', async () => {
  const stop = new AbortController();
  const edge = new ScriptedEdge(unavailable());
  const publishing = publish(publisherTo(edge), stop.signal);
  while (edge.puts.length < 3) await clock.sleep(0);
  stop.abort(new Error('enough'));
  await expect(publishing).rejects.toThrow('enough');
  const { length } = edge.puts;
  await clock.sleep(0);
  expect(edge.puts).toHaveLength(length);
});
