/** What `kube-doh setup` tells to run next, for an edge that a cluster reaches. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { nextCommands } from '../../../../client/commands/setup/next-commands.ts';
import type { Outcome } from '../../../../client/commands/setup/report.ts';
import { defaultSecretName, formatSecret, release } from '../../../../client/commands/setup/secret-manifest.ts';
import type { ClusterId } from '../../../../zone/cluster-id.ts';

const outcome: Outcome = {
  edge: new URL('https://dns.example.com'),
  cluster: 'prod' as ClusterId,
  registered: {
    registration: 'made',
    key: 'made',
    publicKeys: ['K'],
    zones: ['cluster.local'],
    clustersetZones: [],
  },
  secret: { namespace: 'kube-doh', name: 'kube-doh-key' },
  manifestPath: 'prod-key.yaml',
  token: undefined,
  profile: undefined,
  chart: 'deploy/chart',
  authorityFile: undefined,
};
const install =
  'helm install kube-doh deploy/chart --namespace kube-doh --set-string cluster=prod --set-string edge.url=https://dns.example.com';
const rollout = 'kubectl rollout status deployment/kube-doh --namespace kube-doh';

test('the plain case', () => {
  expect(nextCommands(outcome)).toEqual([
    'kubectl create namespace kube-doh',
    'kubectl apply -f prod-key.yaml',
    install,
    rollout,
  ]);
});

test.for<[string, Partial<Outcome>, readonly string[]]>([
  ['a login', { profile: 'made' }, [rollout, 'kube-doh resolve kubernetes.default.svc --profile prod']],
  [
    'further zones',
    {
      registered: {
        ...outcome.registered,
        zones: ['corp.local', 'a.example', 'b.example'],
        clustersetZones: ['clusterset.local'],
      },
    },
    [
      `${install} --set-string config.zone=corp.local --set-string 'config.alias={a.example,b.example}' --set-string 'config.clusterset-zone={clusterset.local}'`,
    ],
  ],
  [
    'another Secret and namespace',
    { secret: { namespace: 'dns', name: 'other' } },
    [
      'kubectl create namespace dns',
      'helm install kube-doh deploy/chart --namespace dns --set-string cluster=prod --set-string edge.url=https://dns.example.com --set-string key.existingSecret=other',
    ],
  ],
  [
    'an authority of its own',
    { authorityFile: '/etc/own ca.pem' },
    [`${install} --set-file 'edge.certificateAuthority=/etc/own ca.pem'`],
  ],
  ['a path with blanks', { manifestPath: "it's here.yaml" }, ["kubectl apply -f 'it'\\''s here.yaml'"]],
])('%s', ([, changed, expected]) => {
  expect(nextCommands({ ...outcome, ...changed })).toEqual(expect.arrayContaining([...expected]));
});

test.for<[string, Partial<Outcome>]>([
  ['its manifest went to the standard output', { manifestPath: undefined }],
  ['its key was made before', { registered: { ...outcome.registered, key: 'elsewhere' } }],
])('nothing is applied when %s', ([, changed]) => {
  expect(nextCommands({ ...outcome, ...changed })).toEqual([install, rollout]);
});

test('a shell reads the words as they are meant', () => {
  const [, apply = ''] = nextCommands({ ...outcome, manifestPath: "it's here.yaml" });
  const { stdout } = spawnSync('sh', ['-c', apply.replace('kubectl', 'printf "%s\\n"')], { encoding: 'utf8' });
  expect(stdout).toBe("apply\n-f\nit's here.yaml\n");
});

test('the chart looks for the Secret where it is, and for the key under the name that it has there', () => {
  const values = parse(readFileSync(new URL('../../../../deploy/chart/values.yaml', import.meta.url), 'utf8'));
  const secret = parse(formatSecret('prod' as ClusterId, { namespace: release, name: defaultSecretName }, 'PEM'));
  expect(Object.keys(secret.data)).toEqual([values.key.entry]);
  expect(values.key.existingSecret).toBe('');
  expect(secret.metadata).toEqual({ name: `${release}-key`, namespace: release });
});
