/** curl resolves over DoH and reaches the very pod. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClientMachine, clientMachine, pagePort } from './support/client-machine.ts';
import { type ExampleFacts, exampleFacts, rows } from './support/example-rows.ts';
import { system } from './support/system.ts';

const running = system();
const { ready, objects } = running;

let machine: ClientMachine;
let facts: ExampleFacts;

beforeAll(async () => {
  facts = await exampleFacts(objects);
  machine = await clientMachine(running, facts);
});

afterAll(() => machine?.close());

/** The server on the machine says on which address it was reached. */
async function reach(name: string): Promise<string> {
  const doh = ['--doh-url', ready.doh, '--cacert', ready.ca];
  return (await machine.run('curl', ['-sS', '--max-time', '10', ...doh, `http://${name}:${pagePort}/`])).stdout;
}

test.each(rows.filter(({ type }) => type === 'A'))('$name', async ({ name, expected }) => {
  const data = expected(facts);
  const reached = reach(`${name}.svc.cluster.local`);
  if (data === undefined) await expect(reached).rejects.toThrow(/resolve host/i);
  else expect(data).toContain(await reached);
});

test('a Service by an alias of its name', async () => {
  expect(await reach('mysql.default.svc.prod.k8s.example.com')).toBe(facts.services.get('default/mysql'));
});

test('a name that does not exist', async () => {
  await expect(reach('nope.default.svc.cluster.local')).rejects.toThrow(/resolve host/i);
});
