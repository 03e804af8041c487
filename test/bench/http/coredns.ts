/** CoreDNS with its plugin `kubernetes`, in front of the same cluster: DNS over plain HTTP, which it does without a certificate. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatName } from '../../../zone/name.ts';
import { findBinary } from '../../cluster/control-plane/binaries.ts';
import { choosePorts } from '../../cluster/control-plane/ports.ts';
import type { SyntheticCluster } from '../cluster.ts';
import { message, serviceName } from '../questions.ts';
import { snapshotOptions } from '../snapshot-options.ts';
import { startClusterApi } from './cluster-api.ts';
import type { Server } from './servers.ts';

const readinessSeconds = 60;
const pollMilliseconds = 200;

/** Undefined when it was not built yet (`npm run cluster` does): measuring needs no Go. Throws when it does not get ready. */
export async function startCoreDns(cluster: SyntheticCluster): Promise<Server | undefined> {
  const binary = await findBinary('coredns', process.env);
  if (binary === undefined) return undefined;
  const api = await startClusterApi(cluster);
  const directory = mkdtempSync(join(tmpdir(), 'kube-doh-bench-'));
  const { doh: port } = await choosePorts(0);
  writeFileSync(join(directory, 'kubeconfig'), api.kubeconfig);
  writeFileSync(join(directory, 'Corefile'), corefile(port));
  const child = spawn(binary, ['-conf', 'Corefile', '-quiet'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const exited = once(child, 'exit');
  const kill = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await exited;
    await api.stop();
  };
  try {
    await untilReady(port, cluster);
  } catch (error) {
    await stop();
    throw error;
  }
  return { processId: child.pid!, port, stop };
}

function corefile(port: number): string {
  const zones = [...snapshotOptions.zoneOrigins.map(formatName), 'in-addr.arpa', 'ip6.arpa'];
  return `https://.:${port} {
  bind 127.0.0.1
  errors
  kubernetes ${zones.join(' ')} {
    kubeconfig kubeconfig
    ttl ${snapshotOptions.ttlSeconds}
  }
}
`;
}

/** Until it knows the last of the Services. */
async function untilReady(port: number, { services }: SyntheticCluster): Promise<void> {
  const question = message({ name: serviceName(services.at(-1)!), type: 'A' }, snapshotOptions.zoneOrigins[0]!);
  const end = performance.now() + readinessSeconds * 1000;
  while (performance.now() < end) {
    if ((await answerCount(port, question)) > 0) return;
    await sleep(pollMilliseconds);
  }
  throw new Error(`CoreDNS is not ready after ${readinessSeconds} seconds`);
}

async function answerCount(port: number, body: Uint8Array): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/dns-query`, {
      method: 'POST',
      headers: { 'content-type': 'application/dns-message' },
      body: new Uint8Array(body),
    });
    return Buffer.from(await response.arrayBuffer()).readUInt16BE(6);
  } catch {
    // It does not listen yet, or says so in words.
    return 0;
  }
}
