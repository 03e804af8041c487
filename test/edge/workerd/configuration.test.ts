import { expect, test } from 'vitest';
import { workerdConfiguration } from '../../../edge/workerd/configuration.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ask, supervise } from './here.ts';

const nothing = { compatibilityDate: '2026-11-01', variables: {}, rateLimits: {}, objects: [] };

/** Whatever could end a text of the configuration, or be taken for something else in it. */
const texts = [
  '',
  'plain',
  '"',
  '\\',
  '\\"',
  '"), (name = "OPEN", text = "true"',
  '# no comment',
  '{"a": ["b"]}',
  "'",
  '\\n',
  '`~!@$%^&*',
];

test('every variable arrives as it is', async () => {
  const variables = Object.fromEntries(texts.map((text, i) => [`V${i}`, text]));
  const worker = 'export default { fetch: (request, env) => Response.json(env) };';
  const { supervisor } = await supervise(temporaryFolder(), worker, {
    configuration: { ...nothing, variables },
  });
  const { STORE: _, METRICS: __, ...seen } = JSON.parse(await ask(supervisor.socket!));
  expect(seen).toEqual(variables);
});

test.for(['two\nlines', 'caf\u00e9', '\0', '\x7f'])('a variable that is not printable ASCII is refused: %j', (text) => {
  expect(() => workerdConfiguration({ ...nothing, variables: { OUTSIDE_ZONE: text } }, 1)).toThrow(
    expect.objectContaining({ code: 'VARIABLE', message: 'OUTSIDE_ZONE holds something else than printable ASCII' }),
  );
});

test('limits of rates are counted in workerd', async () => {
  const worker = `export default { async fetch(request, { RATE }) {
    const { success } = await RATE.limit({ key: new URL(request.url).pathname });
    return new Response(String(success));
  } };`;
  const { supervisor } = await supervise(temporaryFolder(), worker, {
    configuration: { ...nothing, rateLimits: { RATE: { limit: 2, periodSeconds: 60 } } },
  });
  const seen: string[] = [];
  for (const path of ['/a', '/a', '/a', '/b']) seen.push(await ask(supervisor.socket!, path));
  expect(seen).toEqual(['true', 'true', 'false', 'true']);
});

test('what objects keep is there when workerd comes again', async () => {
  const data = temporaryFolder();
  const worker = `import { DurableObject } from 'cloudflare:workers';
    export class Counter extends DurableObject {
      async next() {
        const count = ((await this.ctx.storage.get('count')) ?? 0) + 1;
        await this.ctx.storage.put('count', count);
        return count;
      }
    }
    export default { fetch: async (request, { COUNTER }) => new Response(await COUNTER.getByName('x').next()) };`;
  const { supervisor } = await supervise(data, worker, { configuration: { ...nothing, objects: ['Counter'] } });
  expect(await ask(supervisor.socket!)).toBe('1');
  const { socket } = supervisor;
  process.kill(supervisor.pid!, 'SIGKILL');
  await expect.poll(() => supervisor.socket).not.toBe(socket);
  expect(await ask((await supervisor.socketWithin(10_000))!)).toBe('2');
});
