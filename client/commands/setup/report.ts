/** What `kube-doh setup` has found and made, and what comes next: lines for people, JSON for programs. Pure. */
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { FirstToken } from './first-token.ts';
import { isForThisMachine, nextCommands } from './next-commands.ts';
import type { Registered } from './registration.ts';
import type { SecretPlace } from './secret-manifest.ts';

export interface Outcome {
  readonly edge: URL;
  readonly cluster: ClusterId;
  readonly registered: Registered;
  readonly secret: SecretPlace;
  /** A path; undefined for the standard output. */
  readonly manifestPath: string | undefined;
  /** Undefined when none was wanted. */
  readonly token: (FirstToken & { readonly path: string }) | undefined;
  /** Undefined when nobody asked to be logged in. */
  readonly profile: 'made' | 'found' | undefined;
  /** As helm takes it. */
  readonly chart: string;
  /** Path of the certificate of the authority behind the edge's, in PEM; undefined where that is a public one. */
  readonly authorityFile: string | undefined;
}

export function linesOf(outcome: Outcome): readonly string[] {
  const { cluster, registered, token, profile } = outcome;
  const zones = [...registered.zones, ...registered.clustersetZones].join(', ');
  return [
    `cluster ${cluster}: ${registered.registration === 'made' ? 'registered' : 'is registered already'}, with ${zones}`,
    keyLine(outcome),
    ...(token === undefined ? [] : [tokenLine(token, cluster)]),
    ...(profile === undefined ? [] : [`login: ${profile === 'made' ? 'kept as' : 'there is a'} profile ${cluster}`]),
    '',
    isForThisMachine(outcome.edge)
      ? 'Next, here, since no other machine reaches this edge:'
      : 'Next, where kubectl and helm reach the cluster:',
    '',
    ...nextCommands(outcome).map((command) => `  ${command}`),
  ];
}

/** Without anything that is secret. */
export function jsonOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  const { edge, cluster, registered, secret, manifestPath = null, token, profile = null } = outcome;
  const { registration, key, ...terms } = registered;
  return {
    edge: edge.origin,
    cluster,
    registration,
    ...terms,
    key: { state: key, manifest: manifestPath, ...secret },
    token: token === undefined ? null : { state: token.state, id: token.id, file: token.path },
    profile,
    next: nextCommands(outcome),
  };
}

function keyLine({ cluster, registered, manifestPath }: Outcome): string {
  const where = manifestPath ?? 'the standard output';
  switch (registered.key) {
    case 'made':
      return `key: made; its Secret is in ${where}${manifestPath === undefined ? '' : ', which only you may read'}`;
    case 'found':
      return `key: the one in ${where}`;
    case 'elsewhere':
      return `key: made before, and not here; if its Secret was lost, "kube-doh cluster remove ${cluster}" and begin again`;
  }
}

function tokenLine({ state, id, path }: NonNullable<Outcome['token']>, cluster: ClusterId): string {
  switch (state) {
    case 'made':
      return `token: made (${id}), in ${path}, which only you may read`;
    case 'found':
      return `token: the one in ${path} (${id})`;
    case 'elsewhere':
      return `token: made before (${id}), and not here; "kube-doh token create --cluster ${cluster} --name NAME" makes another`;
  }
}
