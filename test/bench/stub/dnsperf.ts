/** dnsperf (https://www.dns-oarc.net/tools/dnsperf): asks as fast as it is answered. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Asked {
  readonly answersPerSecond: number;
  readonly lost: number;
}

const run = promisify(execFile);
/** How many questions wait for their answers at any time. */
const outstanding = 200;
const clients = 4;

/** The file of questions is read again and again for so long, or once. Rejects when there is no dnsperf. */
export async function askByDnsperf(
  port: number,
  core: number,
  questions: readonly string[],
  until: { readonly seconds: number } | 'once',
): Promise<Asked> {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-bench-'));
  try {
    const file = join(folder, 'questions');
    writeFileSync(file, `${questions.join('\n')}\n`);
    const end = until === 'once' ? ['-n', '1'] : ['-l', String(until.seconds)];
    const load = ['-q', String(outstanding), '-c', String(clients), '-e'];
    const command = ['dnsperf', '-s', '127.0.0.1', '-p', String(port), '-d', file, ...load, ...end];
    const { stdout } = await run('taskset', ['-c', String(core), ...command]);
    return {
      answersPerSecond: numberIn(stdout, /Queries per second: +([\d.]+)/),
      lost: numberIn(stdout, /Queries lost: +(\d+)/),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function numberIn(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`dnsperf said nothing of ${pattern.source}:\n${text}`);
  return Number(match[1]);
}
