import { expect, test } from 'vitest';
import { questionLine } from '../../../client/stub/question-line.ts';
import { a, nothing, query, response } from './stub-stage.ts';

test.for([
  [
    'Web.cluster.local A',
    response('web.cluster.local', 'A', a('web.cluster.local', 5, '10.0.0.1')),
    'web.cluster.local. A: NOERROR, 1 record',
  ],
  [
    'web.cluster.local UNKNOWN_65',
    response('web.cluster.local', 'UNKNOWN_65', nothing(3)),
    'web.cluster.local. HTTPS: NXDOMAIN, 0 records',
  ],
  ['web.cluster.local UNKNOWN_4711', undefined, 'web.cluster.local. TYPE4711: no answer'],
  [
    'web.cluster.local A',
    Buffer.from(response('web.cluster.local', 'A', {})).fill(0x82, 2, 3),
    'web.cluster.local. A: NOERROR, 0 records, truncated',
  ],
] as const)('%s', ([question, answer, line]) => {
  expect(questionLine(query(question), answer)).toBe(line);
});

test('what is no question', () => {
  expect(questionLine(new Uint8Array(5), undefined)).toBe('what is no question: no answer');
});
