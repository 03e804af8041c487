/** What the agent costs as a process, on a real etcd and kube-apiserver, beside CoreDNS. */
import { findBinary } from '../../cluster/control-plane/binaries.ts';
import { measureChurning } from './churning.ts';
import type { AgentFigures } from './figures.ts';
import { measureHolding } from './holding.ts';
import { meteredCoreDns } from './metered-coredns.ts';
import type { AgentSizes } from './sizes.ts';

/** Undefined when the control plane was not built yet (`npm run cluster` does): the other tables need no Go. */
export async function measureAgent(sizes: AgentSizes, log: (line: string) => void): Promise<AgentFigures | undefined> {
  const needed = await Promise.all(
    (['etcd', 'kube-apiserver', 'coredns'] as const).map((name) => findBinary(name, process.env)),
  );
  const coredns = needed.at(-1);
  if (coredns === undefined || needed.includes(undefined)) return undefined;
  const metered = await meteredCoreDns(log);
  const held = await measureHolding(sizes.held, coredns, log);
  const churning = await measureChurning(sizes.churning, metered, log);
  return { sizes, held, churning };
}
