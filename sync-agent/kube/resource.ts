/** The kinds of objects that are observed, and where the API serves them. */

export interface Resource {
  readonly kind: string;
  readonly path: string;
}

export const namespaces: Resource = { kind: 'Namespace', path: '/api/v1/namespaces' };
export const services: Resource = { kind: 'Service', path: '/api/v1/services' };
export const endpointSlices: Resource = { kind: 'EndpointSlice', path: '/apis/discovery.k8s.io/v1/endpointslices' };
