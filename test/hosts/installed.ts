/** Hosts that `kube-doh dns install` sets up, without being told how. */
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { kubeDoh, type Stub, startStub } from './kube-doh.ts';
import { oldResolver } from './names.ts';
import type { Host } from './room/host.ts';

export const unit = 'kube-doh-dns.service';
const dropIn = `/run/systemd/system/${unit}.d/log-questions.conf`;

/** Where nothing starts services, the user runs the stub. */
export async function installBeside(host: Host): Promise<Stub> {
  const stub = await startStub(host, '127.0.0.1:53', '--upstream', oldResolver);
  expect(await kubeDoh(host, 'dns', 'install', '--no-service')).toContain('installed: method resolv-conf');
  await kubeDoh(host, 'dns', 'status');
  return stub;
}

/** Where systemd starts the stub. Beside what is installed, the service logs questions. */
export async function installService(host: Host, method: string): Promise<Stub> {
  expect(await kubeDoh(host, 'dns', 'install')).toContain(`installed: method ${method}`);
  const [command] = /^ExecStart=.*$/m.exec(host.read(`/etc/systemd/system/${unit}`))!;
  host.write(dropIn, `[Service]\nExecStart=\n${command} --log-questions\n`);
  await host.run(['systemctl', 'daemon-reload']);
  await host.run(['systemctl', 'restart', unit]);
  await stubAnswers(host);
  // It tells, by its exit code, that all is well.
  await kubeDoh(host, 'dns', 'status');
  return {
    log: () => host.run(['journalctl', '--quiet', '--output=cat', `--unit=${unit}`]),
    kill: async () => void (await host.run(['systemctl', 'kill', '--signal=KILL', '--kill-whom=main', unit])),
  };
}

/** From when the service is started next. */
export function logNoQuestions(host: Host): void {
  host.remove(dirname(dropIn));
}

export async function uninstall(host: Host): Promise<void> {
  logNoQuestions(host);
  await kubeDoh(host, 'dns', 'uninstall');
}

/** Resolves when it answers at its usual place. */
export async function stubAnswers(host: Host): Promise<void> {
  const question = ['dig', '+tries=1', '+time=1', '-p', '5300', '@127.0.0.1', 'cluster.local', 'SOA'];
  while ((await host.tries(question)).code !== 0);
}
