/** What holds for the remarks of every cluster: they agree with what is published, and tell nothing of what is hidden. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApiObjects } from '../supplements/observed-objects.ts';
import { anyApiObjects, anyRemarkOptions, secret } from './any-objects.ts';
import { Observed } from './observed.ts';

const numRuns = 300;

interface Api {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly labels: Record<string, string> };
  readonly spec: { readonly ports?: readonly { readonly name?: string; readonly protocol: string }[] };
  readonly endpoints: readonly { readonly hostname?: string; readonly targetRef: { readonly name: string } }[];
}

/** Names that one may expect, of what is not hidden: of Services, of their named ports, of pods behind them. */
function expectedNames({ services, slices }: ApiObjects): string[] {
  const isShown = ({ metadata }: Api): boolean => !JSON.stringify(metadata).includes(secret);
  const shown = (services as Api[]).filter(isShown);
  const bases = new Set(shown.map(({ metadata: { name, namespace } }) => `${name}.${namespace}.svc`));
  const ports = shown.flatMap(({ metadata: { name, namespace }, spec: { ports = [] } }) =>
    ports.flatMap((port) =>
      port.name === undefined ? [] : [`_${port.name}._${port.protocol.toLowerCase()}.${name}.${namespace}.svc`],
    ),
  );
  const pods = (slices as Api[]).filter(isShown).flatMap(({ metadata: { namespace, labels }, endpoints }) => {
    const base = `${labels['kubernetes.io/service-name']}.${namespace}.svc`;
    if (!bases.has(base)) return [];
    return endpoints.flatMap(({ hostname, targetRef: { name } }) =>
      [hostname ?? name, name].map((l) => `${l}.${base}`),
    );
  });
  return [...bases, ...ports, ...pods];
}

test('a name that a remark calls absent has no records, and is not there if it is below a line', () => {
  let count = 0;
  fc.assert(
    fc.property(anyApiObjects, anyRemarkOptions, (objects, options) => {
      const { lines, names, owners } = new Observed(objects, options);
      for (const { name, at, names: listed = {} } of lines.values()) {
        if (at !== undefined) expect(owners).not.toContain(name);
        const below = Object.keys(listed).map((labels) => `${labels}.${name}`);
        expect(below.filter((labels) => names.has(labels))).toEqual([]);
        count += below.length;
      }
    }),
    { numRuns },
  );
  expect(count).toBeGreaterThan(1000);
});

test('a name that one may expect is published, or there is a remark on it', () => {
  const counts = { published: 0, remarked: 0 };
  fc.assert(
    fc.property(anyApiObjects, anyRemarkOptions, (objects, options) => {
      const observed = new Observed(objects, options);
      for (const name of expectedNames(objects)) {
        if (observed.owners.has(name)) counts.published += 1;
        else {
          expect(observed.remarkOn(name), name).toBeDefined();
          counts.remarked += 1;
        }
      }
    }),
    { numRuns },
  );
  expect(Math.min(counts.published, counts.remarked)).toBeGreaterThan(1000);
});

test('a name that a remark says to ask is there, or has a remark', () => {
  let count = 0;
  fc.assert(
    fc.property(anyApiObjects, anyRemarkOptions, (objects, options) => {
      const observed = new Observed(objects, options);
      for (const name of expectedNames(objects)) {
        if (observed.owners.has(name)) continue;
        const told = /^Ask ([a-z0-9.-]+)\.cluster\.local/.exec(observed.remarkOn(name)?.next ?? '')?.[1];
        if (told === undefined) continue;
        expect(told).not.toBe(name);
        expect(observed.owners.has(told) || observed.remarkOn(told) !== undefined).toBe(true);
        count += 1;
      }
    }),
    { numRuns },
  );
  expect(count).toBeGreaterThan(100);
});

test('nothing that is hidden is named', () => {
  fc.assert(
    fc.property(anyApiObjects, anyRemarkOptions, (objects, options) => {
      expect(JSON.stringify(objects)).toContain(secret);
      expect(new Observed(objects, options).text).not.toContain(secret);
    }),
    { numRuns },
  );
});

test('equal objects in another order have equal remarks', () => {
  const shuffled = anyApiObjects.chain((objects) =>
    fc.tuple(
      fc.constant(objects),
      fc.record({
        namespaces: fc.shuffledSubarray([...objects.namespaces], { minLength: objects.namespaces.length }),
        services: fc.shuffledSubarray([...objects.services], { minLength: objects.services.length }),
        slices: fc.shuffledSubarray([...objects.slices], { minLength: objects.slices.length }),
      }),
    ),
  );
  fc.assert(
    fc.property(shuffled, anyRemarkOptions, ([one, other], options) => {
      expect(sorted(new Observed(other, options).text)).toEqual(sorted(new Observed(one, options).text));
    }),
    { numRuns },
  );
});

function sorted(text: string): string[] {
  return text.split('\n').sort();
}
