/** docs/health-checkers-http.md says what `…/sd` and `…/health` take, answer and refuse. */
import { expect, test } from 'vitest';
import markdown from '../../../docs/health-checkers-http.md?raw';
import { healthParameters } from '../../../worker/http/health-route.ts';
import { sdParameters } from '../../../worker/http/sd-route.ts';
import { startOpenEdge } from '../support/edge.ts';
import { redis, startEdgeWithEndpoints } from '../support/endpoints.ts';
import { webAt } from '../support/zone.ts';
import { examples, firstCells } from './markdown.ts';

const sd = '`GET …/sd`';
const ofService = '`GET …/health?namespace=NAMESPACE&service=SERVICE`';
const ofCluster = '`GET …/health`';

test('every parameter, and no other', () => {
  expect(firstCells(markdown, sd, 'parameter')).toEqual(Object.keys(sdParameters));
  expect(firstCells(markdown, ofService, 'parameter')).toEqual(Object.keys(healthParameters));
});

test('the groups of the example', async () => {
  const [example] = examples(markdown, sd);
  const edge = await startEdgeWithEndpoints([redis]);
  const groups = await (await edge.fetch('/sd?ready=only')).json();
  expect(JSON.parse(example!)).toEqual(groups);
});

test('the counts of the example', async () => {
  const [example] = examples(markdown, ofService);
  const edge = await startEdgeWithEndpoints([redis]);
  const counts = await (await edge.fetch('/health?namespace=cache&service=redis-headless&min_ready=2')).json();
  expect(JSON.parse(example!)).toEqual(counts);
});

test('the state of the example', async () => {
  const [example] = examples(markdown, ofCluster);
  const edge = await startEdgeWithEndpoints([redis]);
  expect(JSON.parse(example!)).toEqual(await (await edge.fetch('/health')).json());
});

const search = '?namespace=cache&service=redis-headless';

test('every status of a Service', async () => {
  const seen: string[] = [];
  const edge = await startEdgeWithEndpoints([redis]);
  const note = async (at: string): Promise<void> => {
    seen.push(((await (await edge.fetch(`/health${at}`)).json()) as { status: string }).status);
  };
  await note(search);
  await note(`${search}&min_ready=2`);
  await note('?namespace=cache&service=other');
  edge.machine.advance(1_000_000);
  await note(search);
  expect(firstCells(markdown, ofService, 'status')).toEqual(seen);
});

test('every status of a cluster', async () => {
  const seen: string[] = [];
  const edge = await startOpenEdge(webAt('10.0.0.1'));
  const note = async (path = '/health'): Promise<void> => {
    seen.push(((await (await edge.fetch(path)).json()) as { status: string }).status);
  };
  await note();
  edge.machine.advance(1_000_000);
  await note();
  edge.machine.advance(100_000_000);
  await note();
  await edge.publish({ kind: 'retired' }, { serial: 2 });
  edge.machine.advance(60_000);
  await note();
  await note('/c/nobody/health');
  await edge.register('other');
  await edge.publish(webAt('10.0.0.1'), { cluster: 'other' as never });
  await edge.store.tamper('cluster/other/snapshot', ({ octets }) => ({ octets: octets.slice(1) }));
  edge.machine.advance(60_000);
  await note('/c/other/health');
  await edge.register('third');
  edge.machine.advance(1000);
  await edge.fetch('/c/third/health');
  edge.machine.advance(1000);
  // The registry is known for a while yet.
  edge.store.fail('get');
  await note('/c/third/health');
  expect(firstCells(markdown, ofCluster, 'status')).toEqual(seen);
});

test('every code with which a list is not there', async () => {
  const told = firstCells(markdown, sd, 'code');
  const seen: string[] = [];
  const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;
  const bare = await startOpenEdge(webAt('10.0.0.1'));
  seen.push(await codeOf(await bare.fetch('/sd')));
  seen.push(await codeOf(await bare.fetch('/c/nobody/sd')));
  const edge = await startEdgeWithEndpoints([redis]);
  edge.machine.advance(5000);
  seen.push(await codeOf(await edge.fetch('/sd?max_age=1')));
  await edge.store.tamper('cluster/local/endpoints', ({ octets }) => ({ octets: octets.slice(1) }));
  seen.push(await codeOf(await edge.fetch('/sd')));
  await edge.store.tamper('cluster/local/snapshot', ({ octets }) => ({ octets: octets.slice(1) }));
  const anew = await edge.newIsolate();
  seen.push(await codeOf(await anew.fetch('/sd')));
  edge.store.fail('get');
  anew.machine.advance(1000);
  seen.push(await codeOf(await (await edge.newIsolate()).fetch('/sd')));
  expect(told).toEqual(seen);
});
