/** Names of the greatest length: no sentence is lost because it is longer than a reader takes. */
import { expect, test } from 'vitest';
import { endpoint, namespace, Observed, service, slice } from './observed.ts';

const space = 'n'.repeat(63);
const label = (letter: string) => letter.repeat(63);
const port = { name: 'p'.repeat(62), port: 80, targetPort: 't'.repeat(63) };
const [headless, virtual, empty, other, alias] = ['a', 'b', 'c', 'd', 'e'].map(label);
const endpoints = [
  endpoint(1, label('w')),
  endpoint(2, label('x'), { hostname: label('h') }),
  endpoint(3, label('y'), { hostname: label('y'), ready: false }),
  endpoint(4, label('z'), { hostname: label('z'), ready: false, terminating: true }),
];

test('every remark can be read', () => {
  const { text, lines } = new Observed({
    namespaces: [namespace(space)],
    services: [
      service(space, headless!, { ports: [port] }),
      service(space, virtual!, { clusterIP: '10.96.0.1', ports: [port] }),
      service(space, empty!),
      service(space, other!),
      service(space, alias!, {
        type: 'ExternalName',
        externalName: Array.from({ length: 3 }, () => label('f')).join('.'),
      }),
    ],
    slices: [
      slice(space, headless!, endpoints, { ports: [] }),
      slice(space, virtual!, endpoints),
      slice(space, empty!, [endpoint(1, label('w'), { ready: false }), endpoint(2, label('v'), { ready: false })]),
      slice(space, other!, [endpoint(1, label('w'), { hostname: label('w') })]),
    ],
  });
  for (const line of text.split('\n')) {
    const written = JSON.parse(line);
    expect(lines.get(written.name)).toEqual({ names: {}, ...written });
  }
  const codes = [...text.matchAll(/"code":"([A-Z_]+)"/g)].map((match) => match[1]);
  expect(new Set(codes)).toEqual(
    new Set([
      ...['NOT_A_SERVICE', 'INCOMPLETE_NAME', 'NO_NAMESPACE', 'NO_SERVICE', 'PODS_DISABLED', 'EXTERNAL_NAME'],
      ...['NOT_READY', 'TERMINATING', 'NONE_READY', 'NO_SUCH_POD', 'OTHER_NAME', 'OTHER_SERVICE', 'NO_HOSTNAMES'],
      ...['NO_PORT', 'PORT_MISSING'],
    ]),
  );
});
