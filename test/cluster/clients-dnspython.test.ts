/** Every row of the examples' table, asked with dnspython: each method of DoH with each place for the token. */
import { beforeAll, describe, expect, test } from 'vitest';
import { askWithPython, resolveWithPython } from './support/client-dnspython.ts';
import type { ClientAnswer } from './support/clients.ts';
import { type ExampleFacts, exampleFacts, rows } from './support/example-rows.ts';
import { system } from './support/system.ts';

const { ready, objects } = system();

let facts: ExampleFacts;
beforeAll(async () => {
  facts = await exampleFacts(objects);
});

const full = (name: string): string => `${name}.svc.cluster.local.`;

describe.each([
  { method: 'post', tokenIn: 'path' },
  { method: 'post', tokenIn: 'header' },
  { method: 'get', tokenIn: 'path' },
  { method: 'get', tokenIn: 'header' },
] as const)('$method, the token in the $tokenIn', (way) => {
  let answers: readonly ClientAnswer[];
  beforeAll(async () => {
    answers = await askWithPython(
      ready,
      way,
      rows.map(({ name, type }) => [full(name), type]),
    );
  });

  test.each(rows.map((row, index) => ({ ...row, index })))('$name $type', ({ name, type, expected, index }) => {
    const data = expected(facts);
    const { rcode, answer, authority, additional } = answers[index]!;
    if (data === undefined) {
      expect({ rcode, answer }).toEqual({ rcode: 'NXDOMAIN', answer: [] });
      expect(authority).toEqual([expect.stringMatching(/^cluster\.local\. 30 IN SOA /)]);
      return;
    }
    expect({ rcode, answer }).toEqual({
      rcode: 'NOERROR',
      answer: data.map((item) => `${full(name)} 30 IN ${type} ${item}`).sort(),
    });
    if (type === 'SRV') {
      const targets = new Set(answer.map((record) => record.split(' ').at(-1)));
      expect(new Set(additional.map((record) => record.split(' ')[0]))).toEqual(targets);
    }
  });

  test('the pods by their addresses', async () => {
    const pods = facts.pods.get('cache/redis')!.map(({ name, address }) => ({ name, owner: reverseName(address) }));
    const found = await askWithPython(
      ready,
      way,
      pods.map(({ owner }) => [owner, 'PTR']),
    );
    expect(found.map(({ answer }) => answer)).toEqual(
      pods.map(({ name, owner }) => [`${owner} 30 IN PTR ${name}.${full('redis-headless.cache')}`]),
    );
  });
});

test('dns.resolver with the endpoint as its name server', async () => {
  const [redis] = facts.pods.get('cache/redis')!;
  const name = full('redis-0.redis-headless.cache');
  const owner = reverseName(redis!.address);
  const answers = await resolveWithPython(ready, [
    [name, 'A'],
    [owner, 'PTR'],
    [name, 'TXT'],
    [full('nope.cache'), 'A'],
    ['example.org.', 'A'],
  ]);
  expect(answers).toEqual([
    { rcode: 'NOERROR', answer: [`${name} 30 IN A ${redis!.address}`] },
    { rcode: 'NOERROR', answer: [`${owner} 30 IN PTR ${name}`] },
    { rcode: 'NoAnswer', answer: [] },
    { rcode: 'NXDOMAIN', answer: [] },
    { rcode: 'NoNameservers', answer: [] },
  ]);
});

function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
}
