import { expect, test } from 'vitest';
import { trimPorts } from '../../../sync-agent/kube/ports.ts';
import { ProblemList } from '../../../sync-agent/kube/trimmed.ts';

function ports(...list: readonly object[]) {
  return trimPorts(list, 'ports', new ProblemList('Service shop/web'));
}

test('equal lists are one and the same, so that thousands of them are kept once', () => {
  expect(ports({ name: 'http', port: 80 })).toBe(ports({ protocol: 'TCP', port: 80, name: 'http' }));
  expect(ports({ name: 'http', port: 80 })).not.toBe(ports({ name: 'http', port: 81 }));
});

test('however many different ones there are, each is its own', () => {
  const ofNumber = (number: number) => ports({ name: 'http', port: number });
  for (let number = 1; number <= 3000; number += 1) {
    expect(ofNumber(number)).toEqual([{ name: 'http', protocol: 'tcp', number }]);
  }
  expect(ofNumber(1)).toEqual([{ name: 'http', protocol: 'tcp', number: 1 }]);
});
