/** What the chart makes of values: its objects, what they grant, and what the agent reads of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatherOptions } from '../../../../sync-agent/configuration/sources.ts';
import type { ObservationScope } from '../../../../sync-agent/kube/scope.ts';
import { readOperatingOptions } from '../../../../sync-agent/operating-options.ts';
import { readPublishingOptions } from '../../../../sync-agent/options.ts';
import type { Duties } from '../../../../sync-agent/preflight/needs.ts';
import { scopeOf } from '../../../../sync-agent/selection.ts';
import { FlagChecks } from '../../../../sync-agent/usage.ts';
import { type AnyObject, parseObjects } from './any-objects.ts';
import { chartPath, type Helm } from './helm.ts';

/** Those that must be given. */
export const leastValues = ['--set', 'cluster=prod', '--set', 'edge.url=https://dns.example.com'];

/** Rejects with Helm's complaint. Hooks are left out. */
export async function render(helm: Helm, namespace: string, values: readonly string[]): Promise<readonly AnyObject[]> {
  const args = ['template', 'kube-doh', chartPath, '--namespace', namespace, '--no-hooks', ...leastValues, ...values];
  return parseObjects(await helm.run(...args));
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface Role extends AnyObject {
  readonly rules: readonly Rule[];
}

export function rolesOf(objects: readonly AnyObject[]): readonly Role[] {
  return objects.filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role') as Role[];
}

/** What the agent observes and does with the configuration file that is mounted. Rejects where it refuses the file. */
export async function agentReading(
  objects: readonly AnyObject[],
  namespace: string,
): Promise<{ readonly scope: ObservationScope; readonly duties: Duties }> {
  const { data } = objects.find(({ kind }) => kind === 'ConfigMap') as AnyObject & {
    readonly data: Readonly<Record<'agent.yaml', string>>;
  };
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-chart-'));
  try {
    const path = join(folder, 'agent.yaml');
    writeFileSync(path, data['agent.yaml']);
    const checks = new FlagChecks();
    const { options } = await gatherOptions(['--config', path], {}, '', checks);
    const settings = readPublishingOptions(options, checks);
    const operating = readOperatingOptions(options, { cluster: settings?.cluster, isInCluster: true }, checks);
    if (settings === undefined || operating?.election === undefined) throw checks.error();
    const { leaseName: name, leaseNamespace = namespace } = operating.election;
    const lease = { namespace: leaseNamespace, name };
    return {
      scope: scopeOf(settings.selection, settings.names),
      duties: { lease, writesEvents: operating.writesEvents, tellsIdentity: true },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
