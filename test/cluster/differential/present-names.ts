/** The names that the objects of some Namespaces give, by what they are the names of. Pure. */
import { canonical, dashed, reverseName } from './addresses.ts';
import type { ApiSlice, Facts } from './facts.ts';
import { type Entry, endpointEntries } from './model/entries.ts';

export const nameClasses = ['zone', 'service', 'port', 'host', 'import', 'pod', 'podLike', 'reverse'] as const;
export type NameClass = (typeof nameClasses)[number];
export type NamesByClass = Readonly<Record<NameClass, Set<string>>>;

export function noNames(): NamesByClass {
  const sets = nameClasses.map((nameClass) => [nameClass, new Set<string>()]);
  return Object.fromEntries(sets) as Record<NameClass, Set<string>>;
}

type Ports = readonly { readonly name?: string; readonly protocol?: string }[];

export function namesOf(
  { services, slices, pods, serviceImports }: Facts,
  namespaces: readonly string[],
): NamesByClass {
  const names = noNames();
  const isHere = ({ metadata }: { readonly metadata: { readonly namespace: string } }): boolean =>
    namespaces.includes(metadata.namespace);
  const slicesHere = slices.filter(isHere);
  for (const { metadata, spec } of services.filter(isHere)) {
    const base = `${metadata.name}.${metadata.namespace}.svc`;
    names.service.add(base);
    for (const name of portNamesAt(base, spec.ports ?? [])) names.port.add(name);
    for (const address of spec.clusterIPs ?? []) if (address !== 'None') names.reverse.add(reverseName(address));
    if (spec.type === 'ExternalName') continue;
    for (const slice of ofOwner(slicesHere, 'kubernetes.io/service-name', metadata)) {
      for (const name of portNamesAt(base, slice.ports ?? [])) names.port.add(name);
      for (const { host, address } of entriesOf(slice, undefined)) {
        names.host.add(`${host}.${base}`);
        if (canonical(address) !== undefined) names.reverse.add(reverseName(address));
      }
    }
  }
  for (const { metadata, spec } of serviceImports.filter(isHere)) {
    const base = `${metadata.name}.${metadata.namespace}.svc`;
    for (const name of [base, ...portNamesAt(base, spec.ports)]) names.import.add(name);
    for (const slice of ofOwner(slicesHere, 'multicluster.kubernetes.io/service-name', metadata)) {
      for (const name of portNamesAt(base, slice.ports ?? [])) names.import.add(name);
      const cluster = slice.metadata.labels?.['multicluster.kubernetes.io/source-cluster'];
      for (const { host } of entriesOf(slice, cluster)) names.import.add(`${host}.${base}`);
    }
  }
  for (const { metadata, status } of pods.filter(isHere)) {
    for (const { ip } of status?.podIPs ?? []) {
      const labels = [dashed(ip), ip.replaceAll(/[.:]/g, '-')];
      for (const label of labels) names.pod.add(`${label}.${metadata.namespace}.pod`);
    }
  }
  return names;
}

function ofOwner(
  slices: readonly ApiSlice[],
  label: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): ApiSlice[] {
  return slices.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[label] === name);
}

/** Under the names that they have with names of pods, and without. */
function entriesOf(slice: ApiSlice, cluster: string | undefined): Entry[] {
  return [false, true].flatMap((usesPodNames) => endpointEntries(slice, cluster, { usesPodNames, refusesDots: false }));
}

function portNamesAt(base: string, ports: Ports): string[] {
  return ports.flatMap(({ name = '', protocol = 'TCP' }) => {
    const below = `_${protocol.toLowerCase()}.${base}`;
    return name === '' ? [below] : [below, `_${name}.${below}`];
  });
}
