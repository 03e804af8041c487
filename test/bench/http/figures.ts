/**
 * What a request costs in CPU time: of the Worker as it is deployed, with a cluster at Kubernetes' own limits loaded, and of
 * what it is compared with. Every server is a bare process on loopback and gets the same octets over HTTP/1.1.
 */
import { fileURLToPath } from 'node:url';
import { bundleWorker } from '../../../edge/program/bundle.ts';
import type { Effort } from './contest.ts';
import { startCoreDns } from './coredns.ts';
import { startLargeCluster } from './large-cluster.ts';
import { measureRows, type RowFigures } from './measuring.ts';
import { rowsOf } from './rows.ts';
import { deployedEntry } from './servers.ts';

export interface HttpFigures {
  readonly rows: readonly RowFigures[];
  /** Whether it was there to be asked. */
  readonly hasCoreDns: boolean;
  readonly scriptOctets: number;
}

/** Only of the rows whose names hold `only`; `log` is told what is going on. */
export async function measureHttp(effort: Effort, only: string, log: (line: string) => void): Promise<HttpFigures> {
  const scriptOctets = Buffer.byteLength(await bundleWorker(fileURLToPath(deployedEntry)));
  await using running = new AsyncDisposableStack();
  const large = await startLargeCluster();
  running.defer(() => large.kv.stop());
  const coredns = await startCoreDns(large.cluster);
  running.defer(() => coredns?.stop());
  const rows = rowsOf(large.cluster, large.token).filter(({ name }) => name.includes(only));
  const measured = await measureRows(large, rows, coredns, effort, log);
  return { rows: measured, hasCoreDns: coredns !== undefined, scriptOctets };
}
