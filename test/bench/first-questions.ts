/**
 * What an isolate costs when many ask at once: 100 requests with one token, of an isolate that remembers nothing, and again
 * after its snapshot was replaced; with one cluster, and with three of the same size. Real requests in a real workerd, so
 * that each is a context of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SigningKey } from '../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { CrowdFigures, FirstQuestionFigures } from './figures.ts';
import { Inspector } from './inspector.ts';
import { KvServer } from './kv-server.ts';
import type { PublishedValue } from './publishing.ts';
import { createToken, publish, register, tokenKey } from './stored-values.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

const requests = 100;
const samplingMilliseconds = 5;
/** The reader looks for something newer every second. */
const checkMilliseconds = 1100;
const entry = new URL('./worker/isolate-worker.ts', import.meta.url);

export async function measureFirstQuestions(
  value: PublishedValue,
  messages: readonly Uint8Array[],
): Promise<FirstQuestionFigures> {
  const one = await measureClusters(value, messages, ['a']);
  const three = await measureClusters(value, messages, ['a', 'b', 'c']);
  return { cold: one.cold, swapping: one.swapping, threeCold: three.cold, threeSwapping: three.swapping };
}

async function measureClusters(
  value: PublishedValue,
  messages: readonly Uint8Array[],
  names: readonly string[],
): Promise<{ cold: CrowdFigures; swapping: CrowdFigures }> {
  const clusters = names as readonly ClusterId[];
  const kv = await KvServer.start();
  try {
    const key = SigningKey.generate();
    for (const cluster of clusters) publish(kv, value, key, cluster, 1);
    register(kv, value, key, clusters);
    const token = await createToken(kv, clusters);
    const bindings = { text: { TOKEN_KEY: tokenKey }, kvPort: kv.port };
    const workerd = await startWorkerd({ inspect: true, entry, bindings });
    try {
      const inspector = await Inspector.connect(workerd.inspectorUrl!);
      const crowd = () => measureCrowd(kv, workerd, inspector, (i) => clusters[i % clusters.length]!, token, messages);
      const cold = await crowd();
      publish(kv, value, key, clusters[0]!, 2);
      await sleep(checkMilliseconds);
      const swapping = await crowd();
      inspector.close();
      return { cold, swapping };
    } finally {
      await workerd.stop();
    }
  } finally {
    await kv.stop();
  }
}

/** The heap is looked at while they are answered, without collecting garbage: what is counted is what is taken. */
async function measureCrowd(
  kv: KvServer,
  { url }: Workerd,
  inspector: Inspector,
  clusterOf: (request: number) => ClusterId,
  token: string,
  messages: readonly Uint8Array[],
): Promise<CrowdFigures> {
  kv.reset();
  let isOver = false;
  let heapOctets = 0;
  const sampling = (async () => {
    do {
      heapOctets = Math.max(heapOctets, await inspector.usedOctets());
      await sleep(samplingMilliseconds);
    } while (!isOver);
  })();
  const ask = async (_: unknown, i: number): Promise<void> => {
    const response = await fetch(`${url}/t/${token}/c/${clusterOf(i)}/dns-query`, {
      method: 'POST',
      headers: { 'content-type': 'application/dns-message' },
      body: new Uint8Array(messages[i % messages.length]!),
    });
    const rcode = new Uint8Array(await response.arrayBuffer())[3]! & 0xf;
    if (!response.ok || rcode !== 0) throw new Error(`a question failed: ${response.status}, RCODE ${rcode}`);
  };
  await Promise.all(Array.from({ length: requests }, ask));
  isOver = true;
  await sampling;
  heapOctets = Math.max(heapOctets, await inspector.usedOctets());
  return { readOperations: kv.reads, readOctets: kv.octets, heapOctets };
}
