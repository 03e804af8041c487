/**
 * The little of OpenAPI v3 that kubectl asks for before it writes: whether the server checks fields itself, which tells
 * `kubectl apply` to leave that to the server. Pure.
 */
import { RESOURCES } from '../resources.ts';
import type { JsonObject } from '../types.ts';

/** `GET /openapi/v3`: where the documents of the groups are. */
export function openapiIndex(): JsonObject {
  const paths = new Set(Object.values(RESOURCES).map(({ group }) => groupPath(group)));
  return { paths: Object.fromEntries([...paths].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }])) };
}

/** `GET /openapi/v3/api/v1` and `/openapi/v3/apis/<group>/v1` */
export function openapiDocument(group: string): JsonObject {
  const resources = Object.values(RESOURCES).filter((resource) => resource.group === group);
  const operations = resources.map(({ plural, kind, namespaced }) => [
    `/${groupPath(group)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`,
    {
      patch: {
        parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
        responses: {},
        'x-kubernetes-group-version-kind': { group, version: 'v1', kind },
      },
    },
  ]);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.3' },
    paths: Object.fromEntries(operations),
  };
}

function groupPath(group: string): string {
  return group === '' ? 'api/v1' : `apis/${group}/v1`;
}
