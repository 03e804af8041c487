/**
 * Time, on a machine that has other things to do.
 *
 * Of this process both clocks are read, and the lesser is taken: elapsed time has in it what others took, CPU time has in
 * it what other threads did at the same moment. On an idle machine the work takes no longer than either.
 *
 * Of another process there is CPU time alone: of all its threads, collection of garbage and compilation included.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** The milliseconds that work in this process takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startCpu = ownCpuMilliseconds();
  const start = performance.now();
  await work();
  const elapsed = performance.now() - start;
  return Math.min(elapsed, ownCpuMilliseconds() - startCpu);
}

/** The milliseconds that another process spends while `work` waits for it. */
export async function timedIn(processId: number, work: () => Promise<unknown>): Promise<number> {
  const start = cpuMilliseconds(processId);
  await work();
  return cpuMilliseconds(processId) - start;
}

function ownCpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Only Linux tells the CPU time of others so finely (proc_pid_schedstat(5)); elsewhere elapsed time has to do. */
function cpuMilliseconds(processId: number): number {
  if (process.platform !== 'linux') return performance.now();
  const threads = `/proc/${processId}/task`;
  let nanoseconds = 0;
  for (const thread of readdirSync(threads)) {
    nanoseconds += Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
  }
  return nanoseconds / 1e6;
}
