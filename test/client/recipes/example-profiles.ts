/** Profiles as a user has them after `kube-doh login`. */
import type { Profile } from '../../../client/profiles/profile.ts';
import { readSetup, type Setup } from '../../../client/recipes/setup.ts';
import { parseClusterId } from '../../../zone/cluster-id.ts';
import { parseName } from '../../../zone/name.ts';

export const token = `kd1${'a7'.repeat(28)}`;
export const otherToken = `kd1${'b2'.repeat(28)}`;

export const prod: Profile = {
  name: 'prod',
  edge: new URL('https://dns.example.com'),
  cluster: parseClusterId('prod'),
  token,
  zones: [parseName('cluster.local'), parseName('prod.k8s.example.com')],
  authorityFile: undefined,
};

export const staging: Profile = {
  name: 'staging',
  edge: new URL('https://dns.example.net:8443'),
  cluster: undefined,
  token: otherToken,
  zones: [parseName('cluster.local'), parseName('staging.k8s.example.com')],
  authorityFile: '/etc/ssl/our own.pem',
};

export const loopbackStub = { host: '127.0.0.1', port: 5300 };
export const loopbackStubAt53 = { host: '127.0.0.53', port: 53 };
export const sharedStub = { host: '10.8.0.1', port: 53 };

/** `sharedStub` is one that every target takes. */
export function setupOf(profiles: readonly Profile[], stub = sharedStub): Setup {
  return readSetup(profiles, stub);
}
