/** Asks a cluster that the user has a kubeconfig for why the edge has no such name. */
import { KubeError } from '../../../sync-agent/kube/error.ts';
import type { RelativeName } from '../../../zone/name.ts';
import type { Step } from '../report.ts';
import { askedName } from './asked-name.ts';
import { findCause } from './find-cause.ts';
import type { Finding } from './finding.ts';
import { type GetOnly, readObjects } from './read-objects.ts';

export interface Consulted {
  readonly steps: readonly Step[];
  readonly finding: Finding | undefined;
}

/** `zone` without a final dot, `name` below it. Whatever goes wrong is a step: what the edge said stands without it. */
export async function consultCluster(
  open: () => GetOnly & { close(): void },
  name: RelativeName,
  zone: string,
): Promise<Consulted> {
  const asked = askedName(name);
  if (asked === undefined) return { steps: [], finding: undefined };
  let api: (GetOnly & { close(): void }) | undefined;
  try {
    api = open();
    const seen = await readObjects(api, asked);
    const finding = findCause({ ...asked, zone }, seen);
    return { steps: [{ step: 'kubernetes', ok: true, text: 'the cluster of the kubeconfig was asked too' }], finding };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const text = `the cluster of the kubeconfig could not be asked: ${error.message}`;
    return { steps: [{ step: 'kubernetes', ok: false, text }], finding: undefined };
  } finally {
    api?.close();
  }
}
