import { describe, expect, test } from 'vitest';
import { mergePatch, strategicMergePatch } from '../../../../demo/cluster/registry/patch.ts';

/** RFC 7396, Appendix A. */
describe('merge patch', () => {
  test.for([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ] as const)('%j + %j = %j', ([target, patch, expected]) => {
    expect(mergePatch(target, patch)).toEqual(expected);
  });
});

describe('strategic merge patch', () => {
  const conditions = [
    { type: 'Ready', status: 'True', reason: 'x' },
    { type: 'Initialized', status: 'True' },
  ];

  test.for([
    ['fields merge, null deletes', { a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
    ['lists without a key are replaced', { args: [1, 2] }, { args: [3] }, { args: [3] }],
    [
      'conditions merge by type',
      { conditions },
      { conditions: [{ type: 'Ready', status: 'False' }] },
      { conditions: [{ type: 'Ready', status: 'False', reason: 'x' }, conditions[1]] },
    ],
    [
      'containers merge by name, new ones are added',
      { containers: [{ name: 'a', image: '1', args: ['x'] }] },
      {
        containers: [
          { name: 'b', image: '1' },
          { name: 'a', image: '2' },
        ],
        '$setElementOrder/containers': [],
      },
      {
        containers: [
          { name: 'a', image: '2', args: ['x'] },
          { name: 'b', image: '1' },
        ],
      },
    ],
    [
      "a Service's ports merge by port",
      { ports: [{ port: 1, name: 'a' }, { port: 2 }] },
      { ports: [{ port: 2, name: 'b' }] },
      {
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'b' },
        ],
      },
    ],
    [
      '$patch: delete takes one out',
      { conditions },
      { conditions: [{ type: 'Ready', $patch: 'delete' }] },
      { conditions: [conditions[1]] },
    ],
  ] as const)('%s', ([, target, patch, expected]) => {
    expect(strategicMergePatch(target, patch)).toEqual(expected);
  });
});
