import { expect, test } from 'vitest';
import { childEnvironment } from '../../../../client/export/run/child-environment.ts';

const hookFile = '/tmp/run/hook.cjs';
const file = '/tmp/run/hosts';

test.for([
  ['Node alone', { hookFile, hosts: undefined }, {}, { NODE_OPTIONS: '--require "/tmp/run/hook.cjs"' }],
  [
    'nss_wrapper',
    { hookFile, hosts: { file, nssWrapper: '/usr/lib/libnss_wrapper.so', forJvm: false } },
    {},
    {
      NODE_OPTIONS: '--require "/tmp/run/hook.cjs"',
      LD_PRELOAD: '/usr/lib/libnss_wrapper.so',
      NSS_WRAPPER_HOSTS: file,
    },
  ],
  [
    'Java',
    { hookFile, hosts: { file: '/tmp/a b/hosts', nssWrapper: undefined, forJvm: true } },
    {},
    { NODE_OPTIONS: '--require "/tmp/run/hook.cjs"', JAVA_TOOL_OPTIONS: '-Djdk.net.hosts.file="/tmp/a b/hosts"' },
  ],
  [
    'all, beside what is there',
    { hookFile: 'C:\\a "b\\hook.cjs', hosts: { file, nssWrapper: '/w.so', forJvm: true } },
    { NODE_OPTIONS: '--max-old-space-size=100', LD_PRELOAD: '/a.so', JAVA_TOOL_OPTIONS: '-Xmx1g', PATH: '/bin' },
    {
      NODE_OPTIONS: '--max-old-space-size=100 --require "C:\\\\a \\"b\\\\hook.cjs"',
      LD_PRELOAD: '/a.so:/w.so',
      NSS_WRAPPER_HOSTS: file,
      JAVA_TOOL_OPTIONS: `-Xmx1g -Djdk.net.hosts.file=${file}`,
      PATH: '/bin',
    },
  ],
] as const)('%s', ([, mechanisms, environment, expected]) => {
  expect(childEnvironment(environment, mechanisms)).toEqual(expected);
});

test('secrets are not handed on', () => {
  const [url, plainUrl] = ['https://dns.example.com/t/secret/dns-query', 'https://dns.example.com/dns-query'];
  const secrets = { KUBE_DOH_TOKEN: 'secret', kube_doh_token: 'secret', KUBE_DOH_ADMIN_KEY: 'secret' };
  const environment = { ...secrets, KUBE_DOH_URL: url, KUBE_DOH_PROFILES: '/home/me/profiles.json', HOME: '/home/me' };
  const { NODE_OPTIONS: _, ...passedOn } = childEnvironment(environment, { hookFile, hosts: undefined });
  expect(passedOn).toEqual({ KUBE_DOH_PROFILES: '/home/me/profiles.json', HOME: '/home/me' });
  const withPlainUrl = childEnvironment({ KUBE_DOH_URL: plainUrl }, { hookFile, hosts: undefined });
  expect(withPlainUrl).toMatchObject({ KUBE_DOH_URL: plainUrl });
});
