/** Chromium, whose secure DNS asks the endpoint alone, loads a page from the very pod. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, installBrowser } from './support/client-chromium.ts';
import { type ClientMachine, clientMachine, pagePort } from './support/client-machine.ts';
import { type ExampleFacts, exampleFacts } from './support/example-rows.ts';
import { system } from './support/system.ts';

const running = system();
const pod = 'redis-0.redis-headless.cache.svc';
const url = (name: string): string => `http://${name}:${pagePort}/`;

let machine: ClientMachine;
let browser: Browser;
let facts: ExampleFacts;

beforeAll(async () => {
  facts = await exampleFacts(running.objects);
  machine = await clientMachine(running, facts);
  browser = await installBrowser(machine, running.ready);
});

afterAll(() => machine?.close());

test('a pod by the alias', async () => {
  const { address } = facts.pods.get('cache/redis')!.find(({ name }) => name === 'redis-0')!;
  expect(await browser.load(url(`${pod}.prod.k8s.example.com`), 'secure')).toContain(`>${address}</`);
});

test('a Service by the alias', async () => {
  const address = facts.services.get('default/mysql');
  expect(await browser.load(url('mysql.default.svc.prod.k8s.example.com'), 'secure')).toContain(`>${address}</`);
});

test.each([
  { what: 'a name that does not exist', name: 'nope.cache.svc.prod.k8s.example.com', secureDns: 'secure' },
  { what: 'a pod by the alias, without secure DNS', name: `${pod}.prod.k8s.example.com`, secureDns: 'off' },
  // Chromium asks nobody but the machine's name server for names below local., whatever its settings.
  { what: 'a pod in cluster.local', name: `${pod}.cluster.local`, secureDns: 'secure' },
] as const)('not $what', async ({ name, secureDns }) => {
  await expect(browser.load(url(name), secureDns)).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
});
