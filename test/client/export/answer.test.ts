import { expect, test } from 'vitest';
import { answerJson, findingOf, outcomeLine, recordData, recordLine } from '../../../client/export/answer.ts';
import { parseName } from '../../../zone/name.ts';
import { response } from './zone-answers.ts';

const asked = { name: parseName('a.example'), type: 1 };

test.for([
  'a.example. 30 IN A 10.0.0.1',
  'a.example. 30 IN AAAA fd00::1',
  'a.example. 5 IN CNAME b.example.',
  '_x._tcp.a.example. 30 IN SRV 0 33 6379 redis-0.example.',
])('"%s" is printed as it came', (line) => {
  const [record] = response([line]).answer;
  expect(recordLine(record!)).toBe(line);
  expect(recordData(record!)).toBe(line.split(' ').slice(4).join(' '));
});

test.for([
  ['found', ['a.example. 30 IN A 10.0.0.1'], {}, 'a.example. A: NOERROR'],
  ['no-data', [], {}, 'a.example. A: NOERROR, but no such records'],
  ['no-name', [], { rcode: 3 }, 'a.example. A: NXDOMAIN'],
  ['no-name', ['a.example. 30 IN CNAME b.example.'], { rcode: 3 }, 'a.example. A: NXDOMAIN'],
  ['failed', [], { rcode: 5, error: [18, 'not yours'] }, 'a.example. A: REFUSED; EDE 18 (Prohibited): not yours'],
  ['failed', [], { rcode: 2, error: [160, ''] }, 'a.example. A: SERVFAIL; EDE 160'],
  [
    'failed',
    [],
    { rcode: 2, error: [22, 'a\u001b[1m\nb'] },
    'a.example. A: SERVFAIL; EDE 22 (No Reachable Authority): a?[1m?b',
  ],
  ['failed', [], { rcode: 11 }, 'a.example. A: RCODE11'],
] as const)('%s: %j %j', ([finding, lines, more, line]) => {
  const given = response(lines, more as Parameters<typeof response>[1]);
  expect([findingOf(given), outcomeLine(asked, given)]).toEqual([finding, line]);
});

test('as JSON', () => {
  const given = response(['a.example. 30 IN A 10.0.0.1'], { error: [3, '4 min old'] });
  expect(answerJson(asked, given)).toEqual({
    name: 'a.example.',
    type: 'A',
    rcode: 'NOERROR',
    answers: [{ name: 'a.example.', type: 'A', ttl: 30, data: '10.0.0.1' }],
    errors: [{ code: 3, name: 'Stale Answer', text: '4 min old' }],
  });
});
