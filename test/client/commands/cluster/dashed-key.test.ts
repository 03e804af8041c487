/** A key may begin with "-", and what is no key stays what it is. */
import { expect, test } from 'vitest';
import { withDashedKeys } from '../../../../client/commands/cluster/dashed-key.ts';

const one = `-${'a'.repeat(42)}`;
const two = `--${'a'.repeat(41)}`;

test.each([
  [`add c --public-key ${one} --zone z`, `add c --public-key=${one} --zone z`],
  [`rotate-key c --public-key ${two}`, `rotate-key c --public-key=${two}`],
  [`add c --public-key a${one.slice(1)}`, `add c --public-key a${one.slice(1)}`],
  ['add c --public-key --zone z', 'add c --public-key --zone z'],
  ['add c --public-key -h', 'add c --public-key -h'],
  [`add c --zone ${one}`, `add c --zone ${one}`],
  [`add ${one} --public-key`, `add ${one} --public-key`],
])('%s', (line, expected) => {
  expect(withDashedKeys(line.split(' '))).toEqual(expected.split(' '));
});
