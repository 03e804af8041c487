/** Which lines are written, and how often. */
import { beforeEach, describe, expect, test } from 'vitest';
import { AuditLog } from '../../../worker/access/audit.ts';
import type { Principal } from '../../../worker/access/principal.ts';
import { clusterId } from '../support/agent.ts';
import { doors, requestWith, startPlace } from '../support/doors.ts';
import { post, queryFor } from '../support/question.ts';
import { TestMachine } from '../support/test-machine.ts';

const local = clusterId('local');

function token(id: string, door: 'bearer' | 'path' = 'bearer'): Principal {
  return { kind: 'token', id, door, permission: { clusters: [local], namespaces: null, zone: null } };
}

let machine: TestMachine;
let audit: AuditLog;

beforeEach(() => {
  machine = new TestMachine();
  audit = new AuditLog(machine);
});

test('a use is one line in five minutes', () => {
  for (const [milliseconds, lines] of [
    [0, 1],
    [299_999, 1],
    [1, 2],
  ] as const) {
    machine.advance(milliseconds);
    audit.used(token('abcdefgh'), 'questions', local);
    expect(machine.lines).toEqual(Array(lines).fill('audit: token abcdefgh by bearer: questions of cluster local'));
  }
});

test('nor does one that comes in between put it off', () => {
  const [first, other] = [token('abcdefgh'), token('hgfedcba')];
  const steps = [first, other, first, first];
  for (const [i, milliseconds] of [0, 0, 299_999, 1].entries()) {
    machine.advance(milliseconds);
    audit.used(steps[i]!, 'questions', local);
  }
  const line = 'audit: token abcdefgh by bearer: questions of cluster local';
  expect(machine.lines.filter((told) => told === line)).toHaveLength(2);
});

test('another token, door, cluster or use is another line', () => {
  audit.used(token('abcdefgh'), 'questions', local);
  audit.used(token('hgfedcba'), 'questions', local);
  audit.used(token('abcdefgh', 'path'), 'questions', local);
  audit.used(token('abcdefgh'), 'questions', clusterId('other'));
  audit.used(token('abcdefgh'), 'listing');
  expect(new Set(machine.lines).size).toBe(5);
});

test('however many there are, what is remembered has a bound', () => {
  for (let i = 0; i < 10_001; i += 1) audit.used(token(String(i)), 'questions', local);
  expect(machine.lines).toHaveLength(10_001);
  audit.used(token('10000'), 'questions', local);
  expect(machine.lines).toHaveLength(10_001);
  audit.used(token('0'), 'questions', local);
  expect(machine.lines).toHaveLength(10_002);
});

test('every change of the administrator is a line', () => {
  audit.administered('made token abcdefgh');
  audit.administered('made token abcdefgh');
  expect(machine.lines).toEqual(Array(2).fill('audit: administrator made token abcdefgh'));
});

describe('requests', () => {
  test.for(Object.entries(doors))('at the door %s leave a line that names no name', async ([name, door]) => {
    const place = await startPlace('right');
    const carried = await door(place, 'right');
    place.edge.machine.lines.length = 0;
    for (let i = 0; i < 3; i += 1) {
      await place.edge.receive(
        requestWith(carried, '/dns-query', post(queryFor(`secret-${i}.shop.svc.cluster.local`))),
      );
    }
    expect(place.edge.machine.lines).toEqual([
      expect.stringMatching(new RegExp(`^audit: [a-z]+ [^ ]+ by ${name}: questions of cluster local$`)),
    ]);
  });

  test('out of scope leave a line without the cluster that was tried', async () => {
    const place = await startPlace('out of scope');
    const carried = await doors['bearer']!(place, 'out of scope');
    place.edge.machine.lines.length = 0;
    for (const cluster of ['a', 'b', 'c']) {
      await place.edge.receive(requestWith(carried, `/c/${cluster}/dns-query`, post(queryFor('a.cluster.local'))));
    }
    expect(place.edge.machine.lines).toEqual([
      `audit: token ${carried.secrets[0]!.slice(3, 11)} by bearer: out of scope`,
    ]);
  });

  test('without a good credential leave none', async () => {
    const place = await startPlace('right');
    for (let i = 0; i < 3; i += 1) await place.edge.fetch('/dns-query', post(queryFor('a.cluster.local')));
    expect(place.edge.machine.lines.filter((line) => line.startsWith('audit'))).toEqual([]);
  });
});
