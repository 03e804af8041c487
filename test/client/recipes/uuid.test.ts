import { expect, test } from 'vitest';
import { uuidOf } from '../../../client/recipes/uuid.ts';

/** As Python's `uuid.uuid5(uuid.NAMESPACE_URL, …)` gives it. */
test('is version 5, in the namespace of URLs', () => {
  expect(uuidOf('https://dns.example.com/')).toBe('D5E478EC-84F6-57B3-8D88-EEEB67ABBF3F');
});
