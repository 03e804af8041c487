/** Every row of the examples' table, asked with dig and kdig over HTTPS through TLS. */
import { beforeAll, describe, expect, test } from 'vitest';
import { askOverHttps, clientNames } from './support/clients.ts';
import { type ExampleFacts, exampleFacts, numbered, rows } from './support/example-rows.ts';
import { system } from './support/system.ts';

const { ready, objects } = system();

let facts: ExampleFacts;
beforeAll(async () => {
  facts = await exampleFacts(objects);
});

describe.each(clientNames)('%s', (client) => {
  test.each(rows)('$name $type', async ({ name, type, expected }) => {
    const owner = `${name}.svc.cluster.local.`;
    const data = expected(facts);
    const { rcode, answer, authority, additional } = await askOverHttps(client, ready, owner, type);
    if (data === undefined) {
      expect(rcode).toBe('NXDOMAIN');
      expect(authority).toHaveLength(1);
      return;
    }
    expect({ rcode, answer }).toEqual({
      rcode: 'NOERROR',
      answer: data.map((item) => `${owner} 30 IN ${type} ${item}`).sort(),
    });
    if (type === 'SRV') {
      // Each target's address comes along.
      const targets = new Set(answer.map((record) => record.split(' ').at(-1)));
      expect(new Set(additional.map((record) => record.split(' ')[0]))).toEqual(targets);
    }
  });

  test.each([
    { app: 'logging/elasticsearch', base: 'elasticsearch-hl.logging' },
    { app: 'cache/redis', base: 'redis-headless.cache' },
  ])('the pods of $app by their addresses', async ({ app, base }) => {
    for (const { name, address } of facts.pods.get(app)!) {
      const { answer } = await askOverHttps(client, ready, address, 'PTR');
      const owner = `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
      expect(answer).toEqual([`${owner} 30 IN PTR ${name}.${base}.svc.cluster.local.`]);
    }
  });

  test('pods of a Service that is not theirs, and of a Deployment, have only the names of their addresses', async () => {
    for (const [app, base] of [
      ['database/postgres', 'postgres-headless.database'],
      ['default/web', 'web-headless.default'],
    ] as const) {
      for (const { name, address } of facts.pods.get(app)!) {
        const owner = `${address.replaceAll('.', '-')}.${base}.svc.cluster.local.`;
        const { answer } = await askOverHttps(client, ready, owner, 'A');
        expect(answer).toEqual([`${owner} 30 IN A ${address}`]);
        const { rcode } = await askOverHttps(client, ready, `${name}.${base}.svc.cluster.local.`, 'A');
        expect(rcode).toBe('NXDOMAIN');
      }
    }
  });

  test('an alias answers the same, in its own name', async () => {
    const owner = 'redis-headless.cache.svc.prod.k8s.example.com.';
    const { answer } = await askOverHttps(client, ready, owner, 'SRV');
    expect(answer).toEqual(numbered('redis', 3).map((pod) => `${owner} 30 IN SRV 0 33 6379 ${pod}.${owner}`));
  });
});
