/** Real DNS clients, asked as a user asks them. */
import { execFile } from 'node:child_process';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { Ready } from './program.ts';

export const clientNames = ['dig', 'kdig'] as const;
export type ClientName = (typeof clientNames)[number];

export interface ClientAnswer {
  readonly rcode: string;
  /** `OWNER TTL IN TYPE DATA`, sorted. */
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

const run = promisify(execFile);

/** Over HTTPS through TLS verified by the system's authority, with the token in the path. */
export async function askOverHttps(
  client: ClientName,
  ready: Ready,
  name: string,
  type: string,
): Promise<ClientAnswer> {
  const { hostname, port, pathname } = new URL(ready.doh);
  const args = [`@${hostname}`, '-p', port, `+https=${pathname}`, `+tls-ca=${ready.ca}`, ...question(name, type)];
  return read((await run(client, args)).stdout);
}

/** `-x ADDRESS` asks for the address's reverse name. */
function question(name: string, type: string): string[] {
  return type === 'PTR' && isIP(name) !== 0 ? ['-x', name] : [name, type];
}

/** dig and kdig print the same sections, in slightly different dress. */
function read(output: string): ClientAnswer {
  const rcode = /opcode: QUERY[,;] status: (\w+)/.exec(output)?.[1];
  if (rcode === undefined) throw new Error(`no DNS answer in: ${output}`);
  return {
    rcode,
    answer: section(output, 'ANSWER'),
    authority: section(output, 'AUTHORITY'),
    additional: section(output, 'ADDITIONAL'),
  };
}

function section(output: string, title: string): string[] {
  const lines = new RegExp(`^;; ${title} SECTION:\\n((?:[^;\\n].*\\n)*)`, 'm').exec(output)?.[1] ?? '';
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.trim().split(/\s+/).join(' '))
    .sort();
}
