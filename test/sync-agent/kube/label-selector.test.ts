import { describe, expect, test } from 'vitest';
import { selectorFault } from '../../../sync-agent/kube/label-selector.ts';

describe('a label selector', () => {
  test.for([
    'app',
    '!app',
    '! app',
    'app=redis',
    'app==redis',
    'app != redis',
    'app=',
    'app!=',
    'app=,tier',
    'app.kubernetes.io/name=redis',
    'a-b.c_d=E-f.G_h',
    'stage in (prod,test)',
    'stage in(prod, test)',
    'stage notin ( prod )',
    'stage in ()',
    'stage in (prod,)',
    'in in (in)',
    'version > 1',
    'version<2',
    'app=redis,tier!=db,!old,stage in (a,b), x',
    ' app = redis ',
    '',
  ])('%j is one', (text) => {
    expect(selectorFault(text)).toBeUndefined();
  });

  test.for([
    ['=redis', '"=" stands where the key of a label is expected'],
    [',app', '"," stands where the key of a label is expected'],
    ['app,', 'the end stands where the key of a label is expected'],
    ['!', 'the end stands where the key of a label is expected'],
    ['app redis', '"redis" stands where one of = == != > < in notin is expected'],
    ['app=redis tier=db', '"tier" stands where a comma is expected'],
    ['!app=redis', '"=" stands where a comma is expected'],
    ['app in prod', '"prod" stands where "(" is expected'],
    ['app in (prod', 'the end stands where "," or ")" is expected'],
    ['app in (prod test)', '"test" stands where "," or ")" is expected'],
    ['app in (prod) x', '"x" stands where a comma is expected'],
    ['app > x', '"x" stands where a whole number is expected'],
    ['app >', 'the end stands where a whole number is expected'],
    ['-app', '"-app" cannot be the key of a label'],
    ['a/b/c', '"a/b/c" cannot be the key of a label'],
    ['A.b/c', '"A.b/c" cannot be the key of a label'],
    ['/c', '"/c" cannot be the key of a label'],
    [`${'x'.repeat(64)}=1`, 'cannot be the key of a label'],
    ['app=a/b', '"a/b" cannot be the value of a label'],
    ['app=-a', '"-a" cannot be the value of a label'],
    ['app in (a,b/c)', '"b/c" cannot be the value of a label'],
    ['app="redis"', '"\\"redis\\"" cannot be the value of a label'],
    ['äpp', '"äpp" cannot be the key of a label'],
  ] as const)('%j is none', ([text, fault]) => {
    expect(selectorFault(text)).toContain(fault);
  });
});
