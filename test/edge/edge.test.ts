/** The self-hosted edge gives the Worker what wrangler.toml gives it on Cloudflare. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deployedObjects, deployedRateLimits } from '../../edge/edge.ts';

/** Of the production; other environments stand behind it. */
const [text] = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8').split(/^\[+env\./m);

test('the same limits of rates', () => {
  const pattern =
    /^\[\[ratelimits\]\]\nname = "(\w+)"\nnamespace_id = "\d+"\nsimple = \{ limit = (\d+), period = (\d+) \}$/gm;
  const limits = [...text!.matchAll(pattern)].map(([, name, limit, period]) => [
    name,
    { limit: Number(limit), periodSeconds: Number(period) },
  ]);
  expect(limits.length).toBe(2);
  expect(Object.fromEntries(limits)).toEqual(deployedRateLimits);
});

test('the same Durable Objects, under the same names', () => {
  const exported = [...text!.matchAll(/^\[exports\.(\w+)\]\ntype = "durable-object"\nstorage = "sqlite"$/gm)];
  expect(exported.map(([, name]) => name)).toEqual(deployedObjects);
  const bound = [...text!.matchAll(/^\[\[durable_objects\.bindings\]\]\nname = "(\w+)"\nclass_name = "(\w+)"$/gm)];
  expect(bound.map(([, name, className]) => [name, className])).toEqual(
    deployedObjects.map((className) => [className.toUpperCase(), className]),
  );
});

test('and every binding beside them', () => {
  const bindings = [...text!.matchAll(/^binding = "(\w+)"$/gm)].map(([, name]) => name);
  expect(bindings.toSorted()).toEqual(['METRICS', 'STORE']);
});
