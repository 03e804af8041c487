/** `kube-doh hosts --watch`: keeps a hosts file as the DNS is, until a signal ends it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostLine } from '../../export/host-lines.ts';
import { keepFresh } from '../../export/keep-fresh.ts';
import type { ServiceHosts } from '../../export/service-hosts.ts';

export interface Watched {
  look(): Promise<ServiceHosts>;
  write(lines: readonly HostLine[]): void;
  tell(line: string): void;
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves at a signal that ends; rejects when the file cannot be written, or the edge refuses the token. */
export async function watchHosts({ look, write, tell }: Watched): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const end = (): void => ending.abort();
  for (const name of endings) process.on(name, end);
  let told = '';
  try {
    await keepFresh(0, {
      async refresh() {
        const hosts = await look();
        if (signal.aborted) return hosts;
        const problems = hosts.problems.join('; ');
        if (problems !== told && problems !== '') tell(problems);
        told = problems;
        write(hosts.lines);
        return hosts;
      },
      sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => {}),
      tell,
      signal,
    });
  } finally {
    for (const name of endings) process.off(name, end);
  }
}
