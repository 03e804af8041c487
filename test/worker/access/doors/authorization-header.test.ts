/** What an Authorization header carries. */
import { expect, test } from 'vitest';
import { readAuthorization } from '../../../../worker/access/doors/authorization-header.ts';

const basic = (text: string): string => `Basic ${btoa(text)}`;

test.for([
  ['Bearer abc', { door: 'bearer', text: 'abc' }],
  ['bEARER   abc', { door: 'bearer', text: 'abc' }],
  ['Bearer a b', { door: 'bearer', text: undefined }],
  ['Bearer', { door: 'bearer', text: undefined }],
  ['Bearer \x7f', { door: 'bearer', text: undefined }],
  [basic('user:pass'), { door: 'basic', text: 'pass' }],
  [basic(':pass'), { door: 'basic', text: 'pass' }],
  [basic('user:pa:ss'), { door: 'basic', text: 'pa:ss' }],
  [basic('user:'), { door: 'basic', text: '' }],
  [basic('user'), { door: 'basic', text: undefined }],
  ['Basic %%%', { door: 'basic', text: undefined }],
  ['Basic', { door: 'basic', text: undefined }],
  ['Digest username="x"', undefined],
  ['Bearerabc', undefined],
  ['Basically x', undefined],
  ['', undefined],
] as const)('"%s"', ([authorization, expected]) => {
  expect(readAuthorization(new Request('https://edge.test/', { headers: { authorization } }))).toEqual(expected);
});

test('no header', () => {
  expect(readAuthorization(new Request('https://edge.test/'))).toBeUndefined();
});
