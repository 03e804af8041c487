/** Reports as people see them: golden files, in 80 columns. */
import { expect, test } from 'vitest';
import { type Report, reportJson, verdictOf } from '../../../client/why/report.ts';
import { reportText } from '../../../client/why/report-text.ts';
import { columns, wrapped } from '../../../client/why/wrapped.ts';

const found: Report = {
  name: 'redis-0.redis-headless.cache.svc.cluster.local.',
  type: 'A',
  edge: 'https://dns.example.com',
  cluster: 'prod',
  rcode: 'NOERROR',
  records: 1,
  steps: [
    { step: 'credential', ok: true, text: 'token abcd2345 is good for cluster prod, bound to namespace cache' },
    { step: 'zone', ok: true, text: 'cluster.local. is a zone of cluster prod' },
    { step: 'snapshot', ok: true, text: 'the snapshot is fresh' },
    { step: 'scope', ok: true, text: 'this credential is for that name' },
    { step: 'name', ok: true, text: 'redis-0.redis-headless.cache.svc.cluster.local. has an answer' },
  ],
  cause: null,
  suggestions: [],
};
const absent: Report = {
  ...found,
  name: 'redis-9.redis-headless.cache.svc.cluster.local.',
  rcode: 'NXDOMAIN',
  records: 0,
  steps: [...found.steps.slice(0, 4), { step: 'name', ok: false, text: 'there is no such name' }],
  cause: {
    code: 'NO_SUCH_POD',
    text: 'Service redis-headless in namespace cache has no ready pod redis-9; it has redis-0, redis-1 and redis-2.',
    next: 'Ask for one that it has, or see with "kubectl get pods -n cache --show-labels" whether the pod is there, ready and selected.',
    finder: 'edge',
  },
  suggestions: [
    'redis-0.redis-headless.cache.svc.cluster.local.',
    `${'a'.repeat(60)}.${'b'.repeat(60)}.cache.svc.cluster.local.`,
  ],
};
const unknown: Report = { ...found, rcode: 'NXDOMAIN', records: 0, cluster: null };

test.each([
  ['found', found],
  ['cause', absent],
  ['unknown', unknown],
] as const)('%s', async (verdict, report) => {
  expect(verdictOf(report)).toBe(verdict);
  const text = reportText(report);
  await expect(text).toMatchFileSnapshot(`golden/${verdict}.txt`);
  // A name is never broken: somebody copies it.
  for (const line of text.split('\n')) expect(line.length <= columns || !line.trim().includes(' ')).toBe(true);
});

test.for([
  ['there is no such pod', 'There is no such pod.'],
  ['There is no such pod.', 'There is no such pod.'],
] as const)('%j is said once, as the cause', ([text, cause]) => {
  const steps = [found.steps[0]!, { step: 'name', ok: false, text }];
  const shown = reportText({ ...absent, steps, cause: { ...absent.cause!, text: cause } });
  expect(shown.match(/there is no such pod/gi)).toHaveLength(1);
  expect(shown).toContain(`\n--  name: see the cause below\n\nCause: ${cause}\n`);
});

test('a step that says something else stays beside the cause', () => {
  expect(reportText(absent)).toContain('\n--  there is no such name\n');
});

test('what somebody else says controls no terminal', () => {
  const text = 'a\x1b[2Jb\x9b2Jc\x7f\r\nd\u202ee';
  const shown = reportText({ ...absent, steps: [{ step: 'name', ok: false, text }], suggestions: [text] });
  expect(shown).toMatch(/^[^\p{Cc}\p{Cf}]+(\n[^\p{Cc}\p{Cf}]*)*\n$/u);
  expect(shown).toContain('a?[2Jb');
});

test.for([
  ['', 'a b', ['a b']],
  ['Next:  ', '', ['Next:']],
  ['', 'x'.repeat(100), ['x'.repeat(100)]],
  [
    'Next:  ',
    `See ${'a '.repeat(20)}"${'b '.repeat(20)}c"; d`,
    [`Next:  See ${'a '.repeat(19)}a`, `       "${'b '.repeat(20)}c"; d`],
  ],
  ['', 'an "open quote', ['an "open quote']],
  ['ok  ', `${'a '.repeat(38)}b`, [`ok  ${'a '.repeat(37)}a`, '    b']],
] as const)('%j and %j', ([head, text, lines]) => {
  expect(wrapped(head, text)).toEqual(lines);
});

test('as JSON, members of later steps are not passed on', () => {
  const step = { step: 'name', ok: true, text: 'x', secret: 1 };
  expect(reportJson({ ...found, steps: [step] })).toMatchObject({ steps: [{ step: 'name', ok: true, text: 'x' }] });
});
