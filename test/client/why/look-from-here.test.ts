/** What a machine adds to what the edge said; the machine is the test's. */
import { describe, expect, test } from 'vitest';
import { lookFromHere, type Ways } from '../../../client/commands/why/look-from-here.ts';
import type { Attempt, Route, SystemAnswer } from '../../../client/why/machine/here.ts';
import type { Report } from '../../../client/why/report.ts';
import { SystemHost } from '../../../client/wiring/system-host.ts';
import { parseName } from '../../../zone/name.ts';
import { askOf } from '../export/zone-answers.ts';

const name = parseName('web.default.svc.cluster.local');
const zone = parseName('cluster.local');
const report: Report = {
  name: 'web.default.svc.cluster.local.',
  type: 'A',
  edge: 'https://dns.example.com',
  cluster: 'prod',
  rcode: 'NOERROR',
  records: 1,
  steps: [{ step: 'name', ok: true, text: 'there' }],
  cause: null,
  suggestions: [],
};
const ask = askOf([
  'web.default.svc.cluster.local 5 IN A 10.96.0.7',
  'web.default.svc.cluster.local 5 IN AAAA fd00::7',
  'web.default.svc.cluster.local 5 IN A 10.96.0.8',
  'db.default.svc.cluster.local 5 IN CNAME db.example.com',
  'notes.default.svc.cluster.local 5 IN TXT "notes"',
]);

interface Machine {
  readonly answer?: SystemAnswer;
  readonly route?: Route;
  readonly attempt?: Attempt;
}

/** `asked` remembers whom it would have asked for what. */
function ways(machine: Machine, asked: string[] = []): Ways {
  const same: SystemAnswer = { kind: 'addresses', addresses: ['10.96.0.7', '10.96.0.8', 'fd00::7'] };
  return {
    host: new SystemHost('linux', '/nonexistent'),
    hostsFile: () => '',
    systemAnswer: async () => machine.answer ?? same,
    dnsFinds: async () => false,
    async routeTo(address) {
      asked.push(`route ${address}`);
      return machine.route ?? { kind: 'route', from: '192.0.2.1', isLikeInternet: false };
    },
    async attempt(address, portNumber) {
      asked.push(`connect ${address} ${portNumber}`);
      return machine.attempt ?? { kind: 'open' };
    },
  };
}

const looked = { name, zone, ask, connectPort: undefined };

test('all is well', async () => {
  const asked: string[] = [];
  const { cause, steps } = await lookFromHere(report, looked, ways({}, asked));
  expect(cause).toBeNull();
  expect(steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
    'name true',
    'resolver true',
    'route true',
    'route true',
  ]);
  expect(asked).toEqual(['route 10.96.0.7', 'route fd00::7']);
});

describe('the first that is wrong is the cause:', () => {
  test.for([
    ['LOCAL_NOT_ROUTED', { answer: { kind: 'none' }, route: { kind: 'none', code: 'ENETUNREACH' } }],
    ['NO_ROUTE', { route: { kind: 'none', code: 'ENETUNREACH' }, attempt: { kind: 'refused' } }],
    ['CONNECTION_REFUSED', { attempt: { kind: 'refused' } }],
  ] as const)('%s', async ([code, machine]) => {
    const { cause } = await lookFromHere(report, { ...looked, connectPort: 80 }, ways(machine));
    expect([cause?.code, cause?.finder]).toEqual([code, 'machine']);
  });

  test('also before this machine', async () => {
    const stale = { ...report, cause: { code: 'STALE', text: 'a', next: 'b', finder: 'edge' } } as const;
    const { cause } = await lookFromHere(stale, looked, ways({ answer: { kind: 'none' } }));
    expect(cause?.code).toBe('STALE');
  });
});

test('a connection is tried once, and only where there is a route', async () => {
  const asked: string[] = [];
  await lookFromHere(report, { ...looked, connectPort: 80 }, ways({}, asked));
  expect(asked.filter((each) => each.startsWith('connect'))).toEqual(['connect 10.96.0.7 80']);
  const without: string[] = [];
  const noRoute = { route: { kind: 'none', code: 'ENETUNREACH' } } as const;
  await lookFromHere(report, { ...looked, connectPort: 80 }, ways(noRoute, without));
  expect(without).toEqual(['route 10.96.0.7', 'route fd00::7']);
});

test('what the edge does not have is looked for here, and changes no cause', async () => {
  const absent: Report = {
    ...report,
    rcode: 'NXDOMAIN',
    records: 0,
    cause: { code: 'NO_SERVICE', text: 'a', next: 'b', finder: 'edge' },
  };
  const found = await lookFromHere(absent, looked, ways({}));
  expect(found.steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual(['name true', 'resolver false']);
  expect(found.cause?.code).toBe('NO_SERVICE');
  expect(await lookFromHere(absent, looked, ways({ answer: { kind: 'none' } }))).toEqual(absent);
});

describe('an alias of what the edge does not know', () => {
  const alias = { ...looked, name: parseName('db.default.svc.cluster.local') };

  test('is looked for here, and so is its target', async () => {
    const { cause, steps } = await lookFromHere(report, alias, ways({}));
    expect(cause).toBeNull();
    expect(steps.map(({ step, ok }) => `${step} ${ok}`).slice(0, 2)).toEqual(['name true', 'resolver true']);
  });

  test.for([
    [{ kind: 'none' }, 'this machine does not find db.example.com'],
    [{ kind: 'failed', code: 'EAI_AGAIN' }, 'this machine gets no answer for db.example.com (EAI_AGAIN)'],
  ] as const)('leads nowhere: %j', async ([answer, text]) => {
    const asked: string[] = [];
    const { cause, steps } = await lookFromHere(report, alias, ways({ answer }, asked));
    expect([cause?.code, steps.at(-1), asked]).toEqual(['TARGET_NOT_FOUND', { step: 'resolver', ok: false, text }, []]);
  });
});

test('what has other records than addresses is not compared', async () => {
  const other = { ...looked, name: parseName('notes.default.svc.cluster.local') };
  const asked: string[] = [];
  expect([await lookFromHere(report, other, ways({}, asked)), asked]).toEqual([report, []]);
});
