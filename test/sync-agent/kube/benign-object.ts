/** Objects that have nothing to give, and nothing wrong: the only ones that may leave neither a value nor a problem. */
import type { Kind } from './any-object.ts';

type Json = Readonly<Record<string, unknown>>;

export function isBenign(kind: Kind, object: unknown): boolean {
  const { metadata, spec, status, endpoints } = object as Readonly<Record<string, Json | undefined>>;
  switch (kind) {
    case 'Namespace':
      return false;
    case 'Service':
      if (spec === undefined || spec['type'] === 'ExternalName') return false;
      return isUnset(spec['clusterIPs']) ? isUnset(spec['clusterIP']) : hasOnlyEmpty(spec['clusterIPs']);
    case 'EndpointSlice':
      return isUnset(endpoints) || (endpoints as unknown as readonly Json[]).every(isNotReady);
    case 'Pod': {
      const isHidden = (metadata?.['annotations'] as Json | undefined)?.['kube-doh/hide'] === 'true';
      const hasEnded = ['Succeeded', 'Failed', 'Unknown'].includes(String(status?.['phase']));
      return isHidden || hasEnded || (isUnset(status?.['podIPs']) && isUnset(status?.['podIP']));
    }
    case 'ServiceImport':
      return spec?.['type'] === 'ClusterSetIP' && isUnset(spec['ips']);
  }
}

/** Left out, in any of the ways that the API has for it. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function hasOnlyEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => item === '');
}

function isNotReady({ conditions }: Json): boolean {
  return (conditions as Json | undefined)?.['ready'] === false;
}

const metadata = { namespace: 'cache', name: 'redis' };
const labels = { 'kubernetes.io/service-name': 'redis' };

/** Some of them. */
export const benignObjects: Readonly<Record<Kind, readonly object[]>> = {
  Namespace: [],
  Service: [
    { metadata, spec: { type: 'ClusterIP' } },
    { metadata, spec: { clusterIPs: [''], clusterIP: '' } },
  ],
  EndpointSlice: [
    { metadata: { ...metadata, labels }, endpoints: null },
    { metadata: { ...metadata, labels }, endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: false } }] },
  ],
  Pod: [
    { metadata, status: { phase: 'Pending' } },
    { metadata, status: { phase: 'Failed', podIP: '10.1.0.1' } },
    { metadata: { ...metadata, annotations: { 'kube-doh/hide': 'true' } }, status: { podIP: '10.1.0.1' } },
  ],
  ServiceImport: [{ metadata, spec: { type: 'ClusterSetIP' } }],
};
