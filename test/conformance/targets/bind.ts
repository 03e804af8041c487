/** BIND, as the system's packages install it. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { type ServerProgram, type Site, startServer } from './server-process.ts';
import type { Target } from './target.ts';

/** Throws when `named` is not installed. */
export async function startBind(): Promise<Target> {
  const asked = spawnSync('named', ['-v'], { encoding: 'utf8' });
  const version = /^BIND (\d+\.\d+\.\d+)/.exec(asked.stdout ?? '')?.[1];
  if (version === undefined) throw new Error('"named" is not installed: apt-get install bind9');
  return startServer({ ...program, description: `BIND ${version}` });
}

const program: Omit<ServerProgram, 'description'> = {
  name: 'bind',
  executable: 'named',
  parentDirectory: ownDirectory(),
  configure: (site, write) => ['-g', '-c', write('named.conf', configuration(site))],
};

/** Where AppArmor confines `named`, as Debian does, it reads nothing elsewhere. */
function ownDirectory(): string {
  const directory = '/var/cache/bind';
  try {
    accessSync(directory, constants.W_OK);
    return directory;
  } catch {
    return tmpdir();
  }
}

function configuration({ directory, port, certificate, privateKey, zones }: Site): string {
  const quoted = (text: string) => JSON.stringify(text);
  return `
tls local { cert-file ${quoted(certificate)}; key-file ${quoted(privateKey)}; };
http local { endpoints { "/dns-query"; }; };
controls { };
options {
  directory ${quoted(directory)};
  pid-file none;
  session-keyfile none;
  listen-on port ${port} tls local http local { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  notify no;
  dnssec-validation no;
  # It pads only where it is told to.
  response-padding { any; } block-size 468;
  server-id "conformance";
  # One of the sets is larger than any message.
  max-records-per-type 0;
  # Labels may hold any octet.
  check-names primary ignore;
};
${zones.map(({ origin, file }) => `zone ${quoted(origin)} { type primary; file ${quoted(file)}; };`).join('\n')}
`;
}
