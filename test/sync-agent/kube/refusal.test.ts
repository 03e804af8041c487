import { describe, expect, test } from 'vitest';
import { permissionOf, refusal } from '../../../sync-agent/kube/refusal.ts';

const services = permissionOf('/api/v1/services?limit=500');

describe('the permission that a path needs', () => {
  test.for([
    ['/api/v1/services?limit=500', 'list services ""'],
    ['/api/v1/services?watch=true&resourceVersion=5', 'watch services ""'],
    ['/api/v1/namespaces', 'list namespaces ""'],
    ['/api/v1/namespaces/cache', 'get namespaces "" cache'],
    ['/api/v1/namespaces/cache/services?limit=500', 'list services "" cache'],
    ['/api/v1/namespaces/cache/pods?watch=true', 'watch pods "" cache'],
    ['/apis/discovery.k8s.io/v1/namespaces/cache/endpointslices', 'list endpointslices "discovery.k8s.io" cache'],
    ['/apis/discovery.k8s.io/v1/endpointslices', 'list endpointslices "discovery.k8s.io"'],
    ['/apis/discovery.k8s.io/v1/endpointslices?watch=true', 'watch endpointslices "discovery.k8s.io"'],
  ] as const)('%s', ([path, expected]) => {
    const { verb, resource, group, namespace } = permissionOf(path);
    expect(`${verb} ${resource} "${group}" ${namespace ?? ''}`.trim()).toBe(expected);
  });

  const lease = '/apis/coordination.k8s.io/v1/namespaces/dns/leases';
  test.for([
    ['GET', `${lease}/kube-doh`, 'get leases "coordination.k8s.io" dns'],
    ['POST', lease, 'create leases "coordination.k8s.io" dns'],
    ['PUT', `${lease}/kube-doh`, 'update leases "coordination.k8s.io" dns'],
    ['PATCH', '/api/v1/namespaces/dns', 'patch namespaces "" dns'],
  ] as const)('%s %s', ([method, path, expected]) => {
    const { verb, resource, group, namespace } = permissionOf(path, method);
    expect(`${verb} ${resource} "${group}" ${namespace ?? ''}`.trim()).toBe(expected);
  });
});

describe('a refusal', () => {
  test.for([
    [401, {}, 'UNAUTHORIZED'],
    [403, {}, 'FORBIDDEN'],
    [404, {}, 'NOT_FOUND'],
    [410, { reason: 'Expired' }, 'GONE'],
    [504, { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } }, 'GONE'],
    [504, { details: { causes: [{ reason: 'Other' }] } }, 'SERVER_ERROR'],
    [429, {}, 'TOO_MANY_REQUESTS'],
    [500, {}, 'SERVER_ERROR'],
    [503, {}, 'SERVER_ERROR'],
    [409, { reason: 'AlreadyExists' }, 'CONFLICT'],
    [403, { details: { causes: [{ reason: 'NamespaceTerminating' }] } }, 'CONFLICT'],
    [403, { details: { causes: [{ reason: 'Other' }] } }, 'FORBIDDEN'],
    [302, {}, 'BAD_RESPONSE'],
    [400, 'not even JSON', 'BAD_RESPONSE'],
    [422, null, 'BAD_RESPONSE'],
  ] as const)('%i %j is %s', ([httpStatus, status, code]) => {
    expect(refusal(services, httpStatus, status).code).toBe(code);
  });

  test.for([
    ['7', {}, 7],
    [undefined, { details: { retryAfterSeconds: 9 } }, 9],
    ['7', { details: { retryAfterSeconds: 9 } }, 7],
    ['Wed, 21 Oct 2026 07:28:00 GMT', {}, undefined],
    [undefined, {}, undefined],
  ] as const)('with Retry-After %s and %j asks for %s seconds', ([header, status, expected]) => {
    expect(refusal(services, 429, status, header).retryAfterSeconds).toBe(expected);
  });

  test('names the missing permission and the user that the server saw', () => {
    const message =
      'endpointslices.discovery.k8s.io is forbidden: User "system:serviceaccount:dns:agent" cannot watch resource ' +
      '"endpointslices" in API group "discovery.k8s.io" at the cluster scope';
    const path = '/apis/discovery.k8s.io/v1/endpointslices?watch=true';
    expect(refusal(permissionOf(path), 403, { message }).message).toBe(
      'user "system:serviceaccount:dns:agent" may not watch endpointslices (API group "discovery.k8s.io") in the whole ' +
        'cluster: grant the verbs "list" and "watch" on "endpointslices" with a ClusterRole and a ClusterRoleBinding',
    );
  });

  test.for([
    [
      'POST',
      '/api/v1/namespaces/a/events',
      'may not create events (API group "") in namespace a: grant the verb "create"',
    ],
    [
      'PUT',
      '/apis/coordination.k8s.io/v1/namespaces/a/leases/b',
      'may not update leases (API group "coordination.k8s.io") in namespace a: grant the verbs "get", "create" and "update"',
    ],
  ] as const)('of a %s names all verbs that are needed', ([method, path, expected]) => {
    expect(refusal(permissionOf(path, method), 403, undefined).message).toContain(expected);
  });

  test('of one object does not blame the version of the API server', () => {
    const message = 'leases.coordination.k8s.io "b" not found';
    const path = '/apis/coordination.k8s.io/v1/namespaces/a/leases/b';
    expect(refusal(permissionOf(path), 404, { message }).message).toBe(
      'the API server finds nothing for get leases (404: leases.coordination.k8s.io "b" not found)',
    );
  });

  test('without a Status names no user', () => {
    expect(refusal(services, 403, undefined).message).toBe(
      'the user may not list services (API group "") in the whole cluster: ' +
        'grant the verbs "list" and "watch" on "services" with a ClusterRole and a ClusterRoleBinding',
    );
  });

  test('is one line whatever the server says', () => {
    const { message } = refusal(services, 500, { message: `a\nb\r\n\tc\u001b[31m${'x'.repeat(5000)}` });
    expect(message).toMatch(/^the API server failed to list services \(500: a b c \[31mx+…$/);
    expect(message.length).toBeLessThan(600);
  });
});
