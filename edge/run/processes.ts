/** Processes of this machine by what they were started with. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface Process {
  readonly pid: number;
  readonly command: readonly string[];
}

const pollMilliseconds = 10;
const patienceMilliseconds = 5000;

/**
 * Ends every process with an argument that ends like this, at once. It has to be an ending that nobody else would use.
 * Resolves when they are gone, to how many there were; rejects when they do not go.
 */
export async function endProcessesWith(ending: string): Promise<number> {
  const found = processesWith(ending);
  for (const { pid } of found) killAtOnce(pid);
  const until = performance.now() + patienceMilliseconds;
  while (processesWith(ending).length > 0) {
    if (performance.now() > until) throw new Error(`process ${found[0]?.pid} of an earlier run does not end: end it`);
    await sleep(pollMilliseconds);
  }
  return found.length;
}

function killAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, or is somebody else's.
  }
}

function processesWith(ending: string): Process[] {
  const all = process.platform === 'linux' ? processesOfProc() : processesOfPs();
  return all.filter(({ pid, command }) => pid !== process.pid && command.some((word) => word.endsWith(ending)));
}

/** One that has ended, and whose parent has yet to notice, has no command line any more. */
function processesOfProc(): Process[] {
  return readdirSync('/proc').flatMap((entry): Process[] => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      return [{ pid: Number(entry), command: readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0') }];
    } catch {
      // It ended in the meantime.
      return [];
    }
  });
}

function processesOfPs(): Process[] {
  const rows = execFileSync('ps', ['-Aww', '-o', 'pid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return rows.map((row) => {
    const [pid, ...command] = row.trim().split(/\s+/);
    return { pid: Number(pid), command };
  });
}
