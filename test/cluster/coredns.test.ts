/**
 * The same answers as the cluster's own CoreDNS for every name of the examples and for names that nearly exist, in all types
 * that matter, but for the differences of differential/model/differences.ts.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiServer } from './control-plane/api-server.ts';
import { Asker } from './differential/asker.ts';
import { ClusterState } from './differential/cluster-state.ts';
import { compare, Expectations } from './differential/comparison.ts';
import { readObjects } from './differential/facts.ts';
import { KnownNames } from './differential/known-names.ts';
import { questionTypes } from './differential/model/question.ts';
import { nameClasses } from './differential/present-names.ts';
import { nextSeenPods } from './differential/seen-pods.ts';
import { Sentinels } from './differential/sentinels.ts';
import type { Subject } from './differential/subject.ts';
import { clusterZone, kubeadm } from './differential/variations.ts';
import { system } from './support/system.ts';

const { ready, api, objects, coreDns } = system();
const subject: Subject = {
  variation: kubeadm,
  ours: new Asker(ready.doh, readFileSync(ready.ca, 'utf8')),
  coreDns: new Asker(coreDns.url, readFileSync(coreDns.ca, 'utf8')),
};
afterAll(() => {
  subject.ours.close();
  subject.coreDns.close();
});

const classes = nameClasses.filter((nameClass) => nameClass !== 'import');
let expectations: Expectations;
let names: KnownNames;

beforeAll(async () => {
  const admin = apiServer(api);
  await new Sentinels(admin, new ClusterState(admin)).pass([subject], []);
  const found = await readObjects(objects);
  const facts = { ...found, seenPods: nextSeenPods(new Map(), found.pods) };
  expectations = new Expectations(facts, kubeadm);
  const addresses = found.pods.flatMap(({ status }) => status?.podIPs?.map(({ ip }) => ip) ?? []);
  names = new KnownNames(
    found.namespaces.map(({ metadata }) => metadata.name),
    addresses.slice(0, 10),
  );
  names.learn(facts);
});

test('there is enough to compare', () => {
  for (const nameClass of classes) expect(names.get(nameClass).length, nameClass).toBeGreaterThan(20);
  expect(names.get('host').length).toBeGreaterThan(60);
});

describe.each(questionTypes)('%s', (type) => {
  test.each(classes)('names of the class "%s"', async (nameClass) => {
    for (const relative of names.get(nameClass)) {
      const below = relative === '' ? clusterZone : `${relative}.${clusterZone}`;
      const name = nameClass === 'reverse' ? relative : below;
      const { faults } = await compare(subject, expectations, { name, type }, []);
      expect(faults).toEqual([]);
    }
  });
});
