/** Objects in, zone out: every folder of fixtures/ is a case, and its zone.txt the whole zone that its objects make. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Cluster, EndpointSlice, Namespace, Problem, Service } from '../../../sync-agent/cluster.ts';
import { trimEndpointSlice, trimNamespace, trimService } from '../../../sync-agent/kube/trim.ts';
import { recordsOfCluster } from '../../../sync-agent/records/cluster.ts';
import { flatten } from '../../../zone/flat.ts';
import { parseName } from '../../../zone/name.ts';
import { formatZone } from '../../../zone/text.ts';

const options = { ttlSeconds: 30, zoneOrigins: [parseName('cluster.local'), parseName('prod.k8s.example.com')] };
const fixtures = new URL('fixtures/', import.meta.url);

describe('the zone of', () => {
  test.for(readdirSync(fixtures).sort())('%s', (name) => {
    const read = (file: string) => readFileSync(new URL(`${name}/${file}`, fixtures), 'utf8');
    const observed = readCluster(read('objects.yaml'));
    const { groups, problems } = recordsOfCluster(observed.cluster, options);
    expect([...observed.problems, ...problems]).toEqual([]);
    expect(formatZone(flatten(groups))).toBe(read('zone.txt'));
  });
});

/** Kubernetes YAML as the API gives it, read into what the agent keeps of a cluster. */
function readCluster(yaml: string): { readonly cluster: Cluster; readonly problems: readonly Problem[] } {
  const objects = parseAllDocuments(yaml).map((document) => document.toJS() as { readonly kind: string });
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const trimmed = {
    namespaces: ofKind('Namespace').map(trimNamespace),
    services: ofKind('Service').map(trimService),
    endpointSlices: ofKind('EndpointSlice').map(trimEndpointSlice),
  };
  const byKey = <T>(all: readonly { readonly key: string; readonly value: T | undefined }[]) =>
    new Map(all.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const])));
  return {
    cluster: {
      namespaces: byKey<Namespace>(trimmed.namespaces),
      services: byKey<Service>(trimmed.services),
      endpointSlices: byKey<EndpointSlice>(trimmed.endpointSlices),
    },
    problems: Object.values(trimmed).flatMap((all) => all.flatMap(({ problems }) => problems)),
  };
}
