/** CoreDNS in front of the same API server, started and asked from outside. */
import { Resolver } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StartedProgram, startProgram } from './started-program.ts';

export interface CoreDnsStart {
  readonly executable: string;
  readonly kubeconfigPath: string;
  readonly port: number;
  /** Where one tells its metrics that can (metered-coredns.ts). */
  readonly metricsPort: number;
}

export function startCoreDns({ executable, kubeconfigPath, port, metricsPort }: CoreDnsStart): StartedProgram {
  const configure = (folder: string): string[] => {
    writeFileSync(join(folder, 'Corefile'), corefile(port, kubeconfigPath));
    return ['-conf', 'Corefile', '-quiet'];
  };
  return startProgram(executable, configure, { METRICS_ADDRESS: `127.0.0.1:${metricsPort}` });
}

function corefile(port: number, kubeconfigPath: string): string {
  return `.:${port} {
  bind 127.0.0.1
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${JSON.stringify(kubeconfigPath)}
    ttl 30
  }
}
`;
}

const pollMilliseconds = 5;
const timeoutMilliseconds = 500;

/** Resolves to how many seconds it took from the start of the process until the name had addresses. */
export async function secondsUntilAnswered(coredns: StartedProgram, port: number, name: string): Promise<number> {
  for (;;) {
    // A new one each time: one that was refused waits before it asks again.
    const resolver = new Resolver({ timeout: timeoutMilliseconds, tries: 1 });
    resolver.setServers([`127.0.0.1:${port}`]);
    const addresses = await Promise.race([resolver.resolve4(name).catch(() => []), coredns.failure]);
    if (addresses.length > 0) return (performance.now() - coredns.startedAt) / 1000;
    await sleep(pollMilliseconds);
  }
}
