/** Whoever is bound to namespaces learns nothing of the others, be it from remarks, from suggestions or from what is missing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OwnerGroup } from '../../../zone/group.ts';
import { formatRemarkLine } from '../../../zone/remarks/format.ts';
import type { NameRemarks, Remark } from '../../../zone/remarks/remarks.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { publishRemarks, remark } from '../support/remarks.ts';
import { address, cname, group, host, node, plain, snapshot } from '../support/zone.ts';

const mine = ['shop', 'svc'] as const;
const others = ['bank', 'cache', 'pod', 'shopp'] as const;
const services = ['web', 'wbe', 'db', 'shop', 'svc'] as const;

const anyService = fc.constantFrom(...services);
const anyRemark: fc.Arbitrary<Remark> = fc
  .nat(99)
  .map((n) => remark(`CODE_${n}`, `cause ${n} of {label}`, `next ${n}`));

/** What stands in a namespace. */
function groupsIn(namespace: fc.Arbitrary<string>): fc.Arbitrary<OwnerGroup[]> {
  const one = fc.tuple(namespace, anyService, fc.nat(2)).map(([of, service, kind]): OwnerGroup => {
    const base = `${service}.${of}.svc`;
    if (kind === 0) return plain(base, cname(`${services[0]}.${mine[0]}.svc`));
    if (kind === 1) return group(base, { own: [address('10.0.0.1')], nodes: [node('', { addresses: 'base' })] });
    return group(base, { hosts: [host('web-0', ['10.0.0.2'])], nodes: [node('', { addresses: 'hosts' })] });
  });
  return fc.uniqueArray(one, { selector: ({ base }) => base, maxLength: 6 });
}

/** What is said of names in a namespace. */
function linesIn(namespace: fc.Arbitrary<string>): fc.Arbitrary<NameRemarks[]> {
  const one = fc
    .tuple(namespace, fc.option(anyService), fc.constantFrom('svc', 'pod'), anyRemark, anyRemark)
    .map(([of, service, tree, below, named]): NameRemarks => {
      const name = `${service === null ? '' : `${service}.`}${of}.${tree}`;
      return { name, at: below, below, service: below, names: { 'web-1': named, wbe: named } };
    });
  return fc.uniqueArray(one, { selector: ({ name }) => name, maxLength: 6 });
}

/** Lines that are of no namespace say the same to all in general, and name others in their lists alone. */
const treeLines = fc
  .tuple(anyRemark, fc.uniqueArray(fc.constantFrom(...others)))
  .map(([named, namespaces]): NameRemarks[] =>
    ['', 'svc', 'pod'].map((name) => {
      const names = Object.fromEntries(
        namespaces.flatMap((of) => [[of, named] as const, [`web.${of}`, named] as const]),
      );
      return { name, below: remark('GENERAL'), names: { ...names, 'web.shop': named } };
    }),
  );

const asked = fc
  .tuple(
    fc.constantFrom('', 'web-0.', 'web-1.', '_sql._tcp.'),
    anyService,
    fc.constantFrom(...mine, ...others, ''),
    fc.nat(5),
  )
  .map(([front, service, namespace, cut]) => {
    const whole = `${front}${service}.${namespace === '' ? '' : `${namespace}.`}svc.cluster.local`;
    return whole
      .split('.')
      .slice(0, cut === 0 ? 2 : undefined)
      .join('.');
  });

async function edgeWith(groups: readonly OwnerGroup[], lines: readonly NameRemarks[]): Promise<Edge> {
  const edge = await startEdge();
  await edge.register('local');
  await edge.publish(snapshot(groups, { prefixes: ['10.0.0.0/8'] }));
  await publishRemarks(
    edge,
    lines.map((line) => formatRemarkLine(line)!),
  );
  return edge;
}

async function told(edge: Edge, namespaces: readonly string[] | null, names: readonly string[]): Promise<string[]> {
  const token = await edge.createToken(['local'], null, { namespaces });
  const headers = { authorization: `Bearer ${token}` };
  const texts: string[] = [];
  for (const name of names) {
    const response = await edge.fetch(`/v1/why?name=${name}`, { headers });
    const body = await response.text();
    texts.push(`${response.status} ${body.replaceAll(token.slice(3, 11), 'ID')}`);
  }
  const list = await (await edge.fetch('/v1/names', { headers })).text();
  return [...texts, list];
}

const names = fc.uniqueArray(asked, { minLength: 4, maxLength: 8 });

test('what lies outside of its namespaces changes no word of what a token is told', async () => {
  const own = fc.tuple(groupsIn(fc.constantFrom(...mine)), linesIn(fc.constantFrom(...mine)));
  const foreign = fc.tuple(groupsIn(fc.constantFrom(...others)), linesIn(fc.constantFrom(...others)), treeLines);
  await fc.assert(
    fc.asyncProperty(own, foreign, foreign, names, async ([ownGroups, ownLines], one, another, questions) => {
      // Aliases of mine lead into mine.
      const [first, second] = await Promise.all(
        [one, another].map(async ([groups, lines, trees]) => {
          const edge = await edgeWith([...ownGroups, ...groups], [...ownLines, ...lines, ...trees]);
          return told(edge, mine, questions);
        }),
      );
      expect(second).toEqual(first);
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('and it would be told to a token that is bound to none', async () => {
  const groups = [plain('web.bank.svc', cname('web.shop.svc'))];
  const line: NameRemarks = { name: 'bank.svc', below: remark('SECRET') };
  const edge = await edgeWith(groups, [line]);
  const [explained, list] = await told(edge, null, ['db.bank.svc.cluster.local']);
  expect(explained).toContain('SECRET');
  expect(list).toContain('web.bank.svc');
  const [refused, ownList] = await told(edge, mine, ['db.bank.svc.cluster.local']);
  expect(refused).toContain('OUT_OF_SCOPE');
  expect(ownList).not.toContain('bank');
});
