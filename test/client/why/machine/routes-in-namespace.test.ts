/** Routes, in a network of the test's own: pod addresses are never touched from the machine that tests. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const module = fileURLToPath(new URL('../../../../client/why/machine/route.ts', import.meta.url));
const attempt = fileURLToPath(new URL('../../../../client/why/machine/attempt.ts', import.meta.url));
const isThere = spawnSync('unshare', ['-rn', 'sh', '-c', 'command -v ip']).status === 0;
if (!isThere) process.stdout.write('skipped: no network namespaces here, or no ip (apt-get install iproute2)\n');

/** What a program prints in a namespace that `setUp` has changed. */
function inNamespace(setUp: string, program: string): unknown {
  const script = `${setUp}\nexec "$0" --input-type=module -e "$1"`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-rn', 'sh', '-ec', script, process.execPath, program], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const routes = `
  import { routeTo } from ${JSON.stringify(module)};
  console.log(JSON.stringify(await Promise.all(['10.244.0.5', 'fd00::5'].map(routeTo))));
`;
const pair = (name: string) =>
  `ip link add ${name} type veth peer name ${name}-far; ip link set ${name} up; ip link set ${name}-far up`;
const link = `${pair('pods')}; ip link set lo up`;

describe.skipIf(!isThere)('in a network namespace', () => {
  test('no route at all', () => {
    expect(inNamespace('ip link set lo up', routes)).toEqual([
      { kind: 'none', code: 'ENETUNREACH' },
      { kind: 'none', code: 'ENETUNREACH' },
    ]);
  });

  test('a route of its own, and none to the internet', () => {
    expect(
      inNamespace(`${link}; ip address add 198.51.100.10/24 dev pods; ip route add 10.244.0.0/16 dev pods`, routes),
    ).toEqual([
      { kind: 'route', from: '198.51.100.10', isLikeInternet: false },
      { kind: 'none', code: 'ENETUNREACH' },
    ]);
  });

  test('the way of the internet', () => {
    expect(
      inNamespace(`${link}; ip address add 198.51.100.10/24 dev pods; ip route add default dev pods`, routes),
    ).toEqual([
      { kind: 'route', from: '198.51.100.10', isLikeInternet: true },
      { kind: 'none', code: 'ENETUNREACH' },
    ]);
  });

  test('another interface than that of the internet', () => {
    const other = `${pair('wan')}; ip address add 198.51.100.10/24 dev wan; ip route add default dev wan`;
    const setUp = `${link}; ${other}; ip address add 203.0.113.10/24 dev pods; ip route add 10.244.0.0/16 dev pods`;
    expect(inNamespace(setUp, routes)).toEqual([
      { kind: 'route', from: '203.0.113.10', isLikeInternet: false },
      { kind: 'none', code: 'ENETUNREACH' },
    ]);
  });

  test('a connection into nothing is late', () => {
    const program = `
      import { attemptConnection } from ${JSON.stringify(attempt)};
      console.log(JSON.stringify(await attemptConnection('10.244.0.5', 6379, 300)));
    `;
    const setUp = `${link}; ip address add 192.0.2.10/24 dev pods; ip route add 10.244.0.0/16 via 192.0.2.1`;
    expect(inNamespace(setUp, program)).toEqual({ kind: 'late' });
  });
});
