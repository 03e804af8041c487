/**
 * dnsdist as the name server of a machine: it takes questions over UDP and TCP at port 53, and passes them on over
 * HTTPS, with the token in the path. For clients that speak no HTTPS themselves.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { ClientMachine } from './client-machine.ts';
import type { Ready } from './program.ts';

/** Resolves when dnsdist's own check of the edge has succeeded. It ends with the machine. */
export async function startForwarder(machine: ClientMachine, ready: Ready): Promise<void> {
  const configuration = join(machine.directory, 'dnsdist.conf');
  writeFileSync(configuration, configurationFor(ready), { mode: 0o600 });
  const program = machine.start('dnsdist', ['--supervised', '--disable-syslog', '--config', configuration]);
  let output = '';
  for (const stream of [program.stdout!, program.stderr!]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  const reached = (): boolean => {
    if (program.exitCode !== null) throw new Error(`dnsdist ended: ${output}`);
    return output.includes("as 'up'");
  };
  await waitUntil('dnsdist to reach the edge', reached, { timeoutSeconds: 15 });
}

function configurationFor({ doh, ca }: Ready): string {
  const { host, hostname, pathname } = new URL(doh);
  return `
setSecurityPollSuffix('')
setLocal('127.0.0.1:53')
newServer({
  address = '${host}',
  tls = 'openssl',
  caStore = '${ca}',
  -- Not only compared with the certificate: it is the :authority of every request.
  subjectName = '${hostname}',
  dohPath = '${pathname}',
})
`;
}
