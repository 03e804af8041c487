/** Which cluster the agent says that it is, and what it does when it cannot know. */
import { expect, test } from 'vitest';
import type { KubeApi } from '../../../sync-agent/kube/connection.ts';
import { KubeError, type KubeErrorCode } from '../../../sync-agent/kube/error.ts';
import { findIdentity } from '../../../sync-agent/kube/identity.ts';
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
  const identity = await findIdentity(
    { api, clock, random: () => 0, log: messagesOnly((line) => lines.push(line)) },
    signal,
  );
  return { identity, lines };
}

test('it is the UID of kube-system', async () => {
  const api = new ScriptedApi(namespace);
  expect(await find(api)).toEqual({ identity: uid, lines: [] });
  expect(api.paths).toEqual(['/api/v1/namespaces/kube-system']);
});

test.for(['FORBIDDEN', 'NOT_FOUND'] as const)('%s: it goes without, and says so in one line', async (code) => {
  const api = new ScriptedApi(code);
  const { identity, lines } = await find(api);
  expect(identity).toBeUndefined();
  expect(lines).toEqual([
    'the agent does not know which cluster this is and publishes all the same: allow it to "get" the namespace kube-system, and the edge tells this cluster from others',
  ]);
  expect(api.paths).toHaveLength(1);
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
