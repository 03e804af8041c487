/** Which Lease this process wants to hold, and under which name. */
import { readFileSync } from 'node:fs';
import type { LeaseSettings } from '../../../sync-agent/leader/election.ts';
import type { ElectionSettings } from '../../../sync-agent/operating-options.ts';

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** Throws when it is to be the pod's own namespace, and that is not known. */
export function leaseSettings(election: ElectionSettings, identity: string): LeaseSettings {
  const { leaseName: name, leaseNamespace, ...times } = election;
  return { ...times, name, namespace: leaseNamespace ?? ownNamespace(), identity };
}

function ownNamespace(): string {
  try {
    return readFileSync(namespaceFile, 'utf8').trim();
  } catch (cause) {
    throw new Error(`this pod's namespace cannot be read from ${namespaceFile}; pass --lease-namespace`, { cause });
  }
}
