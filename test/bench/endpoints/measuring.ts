/**
 * What it costs to discover a cluster at Kubernetes' own limits: CPU time of the Worker as it is deployed, in a bare
 * workerd, from the request to the last octet, with reading from KV, verifying and inflating.
 */
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { SnapshotBuilder } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { syntheticCluster } from '../cluster.ts';
import { Inspector } from '../inspector.ts';
import { KvServer } from '../kv-server.ts';
import { publish as publishValue, stateOf } from '../publishing.ts';
import { sizes } from '../sizes.ts';
import { snapshotOptions } from '../snapshot-options.ts';
import { median } from '../statistics.ts';
import { createToken, publish, register, tokenKey } from '../stored-values.ts';
import { timedIn } from '../time.ts';
import { startWorkerd, type Workerd } from '../workerd.ts';
import { publishEndpoints, type Sizes } from './stored-endpoints.ts';

export interface ListFigures {
  readonly services: number;
  readonly endpoints: number;
  readonly sizes: Sizes;
  readonly rows: readonly ListRow[];
  /** In use while the whole list is being read, garbage included. */
  readonly mostHeapOctets: number;
}

export interface ListRow {
  readonly label: string;
  readonly milliseconds: number;
  /** Of the answer. */
  readonly octets: number;
  readonly maxMilliseconds: number | undefined;
}

interface Asked {
  readonly label: string;
  readonly path: string;
  readonly maxMilliseconds?: number;
}

const warmUpRuns = 3;
const runs = 9;
const heapIntervalMilliseconds = 5;
const maxListMilliseconds = 300;

/** `log` is told what is going on. */
export async function measureLists(log: (line: string) => void): Promise<ListFigures> {
  const size = sizes.find(({ name }) => name === 'large')!;
  const cluster = syntheticCluster(size);
  const id = 'bench' as ClusterId;
  const key = SigningKey.generate();
  const state = stateOf(cluster);
  const builder = new SnapshotBuilder(snapshotOptions);
  builder.update(state, state.takeChanges());
  const value = await publishValue(builder.image(), key, snapshotOptions);
  await using running = new AsyncDisposableStack();
  const kv = running.adopt(await KvServer.start(), (one) => one.stop());
  publish(kv, value, key, id, 1);
  register(kv, value, key, [id]);
  const stored = publishEndpoints(kv, key, id, cluster);
  const token = await createToken(kv, [id]);
  const text = { TOKEN_KEY: tokenKey };
  const bindings = { text, kvPort: kv.port, objects: ['Registry', 'Publications', 'Journal'] };
  const entry = new URL('../../../worker/index.ts', import.meta.url);
  const workerd = running.adopt(await startWorkerd({ inspect: true, entry, bindings }), (one) => one.stop());
  const { namespace, name } = cluster.services[0]!.service;
  const asked: readonly Asked[] = [
    { label: 'all, as Prometheus takes it', path: '/sd', maxMilliseconds: maxListMilliseconds },
    { label: 'all, as plain targets', path: '/sd?format=targets' },
    { label: 'one Service', path: `/sd?namespace=${namespace}&service=${name}` },
    { label: 'the health of one Service', path: `/health?namespace=${namespace}&service=${name}` },
  ];
  const rows: ListRow[] = [];
  for (const { label, path, maxMilliseconds } of asked) {
    log(`${label} …`);
    const read = () => readAll(workerd, `/t/${token}${path}`);
    for (let run = 0; run < warmUpRuns; run += 1) await read();
    const samples: number[] = [];
    let octets = 0;
    for (let run = 0; run < runs; run += 1) {
      samples.push(
        await timedIn(workerd.processId, async () => {
          octets = await read();
        }),
      );
    }
    rows.push({ label, milliseconds: median(samples), octets, maxMilliseconds });
  }
  const mostHeapOctets = await mostHeap(workerd, () => readAll(workerd, `/t/${token}/sd`));
  return { services: size.services, endpoints: size.endpoints, sizes: stored, rows, mostHeapOctets };
}

/** As many octets as came. */
async function readAll({ url }: Workerd, path: string): Promise<number> {
  const response = await fetch(`${url}${path}`);
  if (response.status !== 200)
    throw new Error(`${path.split('/').at(-1)}: ${response.status} ${await response.text()}`);
  let octets = 0;
  for await (const piece of response.body!) octets += piece.length;
  return octets;
}

async function mostHeap({ inspectorUrl }: Workerd, work: () => Promise<unknown>): Promise<number> {
  const inspector = await Inspector.connect(inspectorUrl!);
  let most = 0;
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    most = Math.max(most, await inspector.usedOctets());
    await new Promise((resolve) => setTimeout(resolve, heapIntervalMilliseconds));
  }
  inspector.close();
  await working;
  return most;
}
