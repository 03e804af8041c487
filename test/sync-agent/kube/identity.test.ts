/** Which cluster the agent says that it is, and what it does when it cannot know. */
import { describe, expect, test } from 'vitest';
import type { KubeApi } from '../../../sync-agent/kube/connection.ts';
import { KubeError, type KubeErrorCode } from '../../../sync-agent/kube/error.ts';
import { ClusterIdentity } from '../../../sync-agent/kube/identity.ts';
import { messagesOnly } from '../../../sync-agent/log-writer.ts';
import { ManualClock } from './manual-clock.ts';

const uid = '3f0f5a0e-6d0c-4c5f-9f5e-0d1f3a1b2c3d';
const namespace = { kind: 'Namespace', metadata: { name: 'kube-system', uid } };

class ScriptedApi implements KubeApi {
  readonly paths: string[] = [];
  readonly #answers: (KubeErrorCode | object)[];

  constructor(...answers: (KubeErrorCode | object)[]) {
    this.#answers = answers;
  }

  async request(path: string): Promise<unknown> {
    this.paths.push(path);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (typeof answer === 'string') throw new KubeError(answer, `it is ${answer}`);
    return answer;
  }

  stream(): never {
    throw new Error('nothing is streamed');
  }

  send(): never {
    throw new Error('nothing is written');
  }
}

async function find(api: KubeApi, signal = new AbortController().signal) {
  const lines: string[] = [];
  const clock = new ManualClock();
  const log = messagesOnly((line) => lines.push(line));
  const asking = new ClusterIdentity({ api, random: () => 0, log });
  const { uid: identity } = await asking.find(clock, signal);
  return { identity, lines, asking, findAgain: () => asking.find(clock, signal) };
}

test('it is the UID of kube-system', async () => {
  const api = new ScriptedApi(namespace);
  expect(await find(api)).toMatchObject({ identity: uid, lines: [] });
  expect(api.paths).toEqual(['/api/v1/namespaces/kube-system']);
});

describe.for(['FORBIDDEN', 'NOT_FOUND'] as const)('%s', (code) => {
  test('three times: it goes without, and says so in one line, until it knows', async () => {
    const api = new ScriptedApi(code, code, code, code, code, code, namespace);
    const { identity, lines, asking, findAgain } = await find(api);
    expect(identity).toBeUndefined();
    expect(api.paths).toHaveLength(3);
    await findAgain();
    expect(api.paths).toHaveLength(3);
    asking.doubt();
    expect(await findAgain()).toEqual({ uid: undefined, isAnother: false });
    expect(lines).toEqual([
      'the agent does not know which cluster this is, and publishes as long as the edge does not know it either: allow it to "get" the namespace kube-system, and the edge tells this cluster from others',
    ]);
    asking.doubt();
    expect(await findAgain()).toEqual({ uid, isAnother: false });
  });

  test('less often is a moment of trouble', async () => {
    const { identity, lines } = await find(new ScriptedApi(code, code, namespace));
    expect([identity, lines]).toEqual([uid, []]);
  });

  test('counts in a row', async () => {
    const api = new ScriptedApi(code, code, 'TIMEOUT', code, code, namespace);
    expect((await find(api)).identity).toBe(uid);
  });
});

test.for([{}, { metadata: {} }, { metadata: { uid: '' } }, { metadata: { uid: 'a b' } }, { metadata: { uid: 7 } }])(
  'without a UID it goes without: %j',
  async (answer) => {
    const { identity, lines } = await find(new ScriptedApi(answer));
    expect(identity).toBeUndefined();
    expect(lines).toHaveLength(1);
  },
);

test.for(['UNREACHABLE', 'TIMEOUT', 'SERVER_ERROR', 'UNAUTHORIZED'] as const)(
  '%s: it tries again, and says so once',
  async (code) => {
    const { identity, lines } = await find(new ScriptedApi(code, code, code, namespace));
    expect(identity).toBe(uid);
    expect(lines).toEqual([`the namespace kube-system: it is ${code}; it is tried again`]);
  },
);

test('it ends with the signal', async () => {
  const stop = new AbortController();
  const finding = find(new ScriptedApi('UNREACHABLE'), stop.signal);
  stop.abort();
  expect((await finding).identity).toBeUndefined();
});

describe('once it is known', () => {
  const other = { kind: 'Namespace', metadata: { name: 'kube-system', uid: 'another-uid' } };

  test('it is not asked for again, unless there is doubt', async () => {
    const api = new ScriptedApi(namespace);
    const { asking, findAgain } = await find(api);
    await findAgain();
    expect(api.paths).toHaveLength(1);
    asking.doubt();
    await findAgain();
    await findAgain();
    expect(api.paths).toHaveLength(2);
  });

  test('doubt that comes while it is asked for stays', async () => {
    const api = new ScriptedApi(namespace);
    const { asking, findAgain } = await find(api);
    asking.doubt();
    const finding = findAgain();
    asking.doubt();
    await finding;
    await findAgain();
    expect(api.paths).toHaveLength(3);
  });

  test('another one is found out, and asked for until it is the first again', async () => {
    const { asking, findAgain } = await find(new ScriptedApi(namespace, other, other, namespace));
    asking.doubt();
    expect(await findAgain()).toEqual({ uid: 'another-uid', isAnother: true });
    expect(asking.isAnother).toBe(true);
    expect(await findAgain()).toMatchObject({ isAnother: true });
    expect(await findAgain()).toEqual({ uid, isAnother: false });
    expect(asking.isAnother).toBe(false);
  });

  test.for([
    ['FORBIDDEN', false],
    ['NOT_FOUND', true],
  ] as const)('%s, it is another one: %s', async ([code, isAnother]) => {
    const { asking, findAgain } = await find(new ScriptedApi(namespace, code));
    asking.doubt();
    expect(await findAgain()).toEqual({ uid, isAnother });
  });
});
