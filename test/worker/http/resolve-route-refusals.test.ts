/** Questions in JSON that are refused, by HTTP or by DNS, and who may ask. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { asked, json, web, zone } from '../support/json-questions.ts';
import { refusal, whole } from '../support/whole-response.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(zone);
});

describe('400: what is wrong is said', () => {
  const rows = [
    ['', 'a "name" parameter is needed, such as name=web.shop.svc.cluster.local'],
    ['?name=', 'a "name" parameter is needed, such as name=web.shop.svc.cluster.local'],
    ['?type=A', 'a "name" parameter is needed, such as name=web.shop.svc.cluster.local'],
    ['?name=a..b', '"a..b" is not a domain name: a label is empty'],
    ['?name=.a', '".a" is not a domain name: a label is empty'],
    [
      '?name=b%C3%BCcher.example',
      '"bücher.example" is not a domain name: only ASCII is allowed; write other names in punycode ("xn--…")',
    ],
    ['?name=%FF', '"\u{fffd}" is not a domain name: only ASCII is allowed; write other names in punycode ("xn--…")'],
    ['?name=a&type=', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&type=0', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&type=65536', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&type=NOPE', '"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535'],
    ['?name=a&do=2', '"do" must be 0, 1, false or true'],
    ['?name=a&cd=yes', '"cd" must be 0, 1, false or true'],
  ] as const;

  test.for(rows)('/resolve%s', async ([search, error]) => {
    const { status, headers, body } = await whole(await edge.fetch(`/resolve${search}`));
    expect(status).toBe(400);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    const text = new TextDecoder().decode(Uint8Array.from(body, (octet) => octet.charCodeAt(0)));
    expect(JSON.parse(text)).toEqual({ error, code: 'BAD_REQUEST' });
  });

  test.for([
    ['a message that is none is not asked by its name', `/dns-query?name=${web}&dns=%`],
    ['two messages neither', `/dns-query?name=${web}&dns=&dns=`],
    ['a wrong name is told', '/dns-query?name=..'],
    ['nothing is asked', '/dns-query'],
  ] as const)('400: %s', async ([, path]) => {
    expect(await refusal(await edge.fetch(path))).toBe('400 BAD_REQUEST');
  });
});

describe('methods', () => {
  test.for(['POST', 'PUT', 'DELETE'])('/resolve does not take %s', async (method) => {
    const response = await edge.fetch(`/resolve?name=${web}`, { method });
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(await refusal(response)).toBe('405 METHOD_NOT_ALLOWED');
  });
});

test('a URL that is too long is told: 414', async () => {
  expect(await refusal(await edge.fetch(`/resolve?name=${web}&random_padding=${'x'.repeat(17_000)}`))).toBe(
    '414 URI_TOO_LONG',
  );
});

describe('who may ask', () => {
  async function closedEdge(): Promise<Edge> {
    const closed = await startEdge();
    await closed.register('local');
    await closed.register('other', ['cluster.local', 'other.example']);
    await closed.publish(zone);
    return closed;
  }

  test.for([
    ['/resolve', 'no credential'],
    ['/t/kd1_nothing/resolve', 'a token that is none'],
    ['/c/local/resolve', 'no credential, with a cluster'],
    ['/dns-query', 'no credential, where messages are taken'],
  ] as const)('401 at %s: %s', async ([path]) => {
    const closed = await closedEdge();
    for (const search of [`?name=${web}`, '?name=..', '']) {
      expect(await refusal(await closed.fetch(path + search))).toBe('401 UNAUTHORIZED');
    }
  });

  test('a token in the path or the header, with or without the cluster', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['local']);
    const headers = { authorization: `Bearer ${token}` };
    for (const response of [
      await closed.fetch(`/t/${token}/resolve?name=${web}`),
      await closed.fetch(`/t/${token}/c/local/resolve?name=${web}`),
      await closed.fetch(`/t/${token}/dns-query?name=${web}`),
      await closed.fetch(`/resolve?name=${web}`, { headers }),
      await closed.fetch(`/c/local/resolve?name=${web}`, { headers }),
    ]) {
      expect(await json(response)).toMatchObject({ Status: 0, Answer: [{ data: '10.0.0.1' }] });
    }
  });

  test('403 for a cluster that is not in scope, whether it exists or not', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['local']);
    for (const cluster of ['other', 'nowhere']) {
      const response = await closed.fetch(`/t/${token}/c/${cluster}/resolve?name=..`);
      expect(await refusal(response)).toBe('403 CLUSTER_NOT_IN_SCOPE');
    }
  });

  test('a name outside the namespaces is refused in JSON, whether it exists or not', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['local'], null, { namespaces: ['bank'] });
    for (const name of [web, 'nothing.shop.svc.cluster.local']) {
      const response = await closed.fetch(`/t/${token}/resolve?name=${name}`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await json(response)).toEqual({
        ...asked,
        Status: 5,
        Question: [{ name: `${name}.`, type: 1 }],
        Comment: 'EDE 18 (Prohibited): this credential is not for that name',
      });
    }
  });

  test('what was published is not there yet: SERVFAIL, and why', async () => {
    const closed = await closedEdge();
    const token = await closed.createToken(['other']);
    expect(await json(await closed.fetch(`/t/${token}/resolve?name=${web}`))).toMatchObject({
      Status: 2,
      Comment: 'EDE 14 (Not Ready): this cluster has published no snapshot yet',
    });
  });
});
