/** The whole of `kube-doh why` in a network of the test's own, in which the addresses of pods may be used. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const at = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
const isThere = spawnSync('unshare', ['-rn', 'sh', '-c', 'command -v ip']).status === 0;
if (!isThere) process.stdout.write('skipped: no network namespaces here, or no ip (apt-get install iproute2)\n');

const program = `
  import { StubEdge } from ${at('../why/stub-edge.ts')};
  import { runCommand } from ${at('./edge-of-demo.ts')};
  const edge = await new StubEdge().listen();
  const name = 'web.default.svc.cluster.local';
  edge.records = [{ name, type: 'A', data: '10.244.0.5' }];
  const steps = [{ step: 'name', ok: true, text: 'there' }];
  edge.tell = () => ({ body: { cluster: 'prod', steps, rcode: 'NOERROR', records: 1, cause: null, suggestions: [] } });
  const args = ['why', name, '--json', '--doh', edge.origin, '--zone', 'cluster.local', ...JSON.parse(process.argv[1])];
  const { code, stdout, stderr } = await runCommand(args, { KUBE_DOH_TOKEN: 'kd1' });
  edge.close();
  console.log(JSON.stringify({ code, stderr, ...JSON.parse(stdout) }));
`;

function why(setUp: string, ...args: readonly string[]) {
  const script = `ip link set lo up\n${setUp}\nexec "$0" --input-type=module -e "$1" "$2"`;
  const given = ['-rnm', 'sh', '-ec', script, process.execPath, program, JSON.stringify(args)];
  const { stdout, stderr, status } = spawnSync('unshare', given, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const { code, cause, steps } = JSON.parse(stdout);
  return {
    code,
    cause: cause?.code,
    steps: steps.map(({ step, ok }: { step: string; ok: boolean }) => `${step} ${ok}`),
  };
}

/** Only in this namespace, whose mounts are its own. */
const hosts = (line: string) => `f=$(mktemp); echo '${line}' > $f; mount --bind $f /etc/hosts; rm $f`;
const pods = 'ip address add 10.244.0.5/32 dev lo';

describe.skipIf(!isThere)('in a network namespace', () => {
  test('nothing is wired', () => {
    const told = why(`${hosts('127.0.0.1 localhost')}; ${pods}`);
    expect(told).toEqual({ code: 1, cause: 'LOCAL_NOT_ROUTED', steps: ['name true', 'resolver false', 'route true'] });
  });

  test('the hosts file has another address', () => {
    const told = why(`${hosts('10.244.0.99 web.default.svc.cluster.local')}; ${pods}`);
    expect(told).toEqual({ code: 1, cause: 'HOSTS_FILE', steps: ['name true', 'resolver false', 'route true'] });
  });

  test('it is found, and not routed', () => {
    const told = why(hosts('10.244.0.5 web.default.svc.cluster.local'));
    expect(told).toEqual({ code: 1, cause: 'NO_ROUTE', steps: ['name true', 'resolver true', 'route false'] });
  });

  test('it is found and routed, and nothing listens', () => {
    const told = why(`${hosts('10.244.0.5 web.default.svc.cluster.local')}; ${pods}`, '--connect', '6379');
    const steps = ['name true', 'resolver true', 'route true', 'connect false'];
    expect(told).toEqual({ code: 1, cause: 'CONNECTION_REFUSED', steps });
  });

  test('nothing is in the way', () => {
    const told = why(`${hosts('10.244.0.5 web.default.svc.cluster.local')}; ${pods}`);
    expect(told).toEqual({ code: 0, cause: undefined, steps: ['name true', 'resolver true', 'route true'] });
  });
});
