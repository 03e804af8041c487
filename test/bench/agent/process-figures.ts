/** What a process has taken so far, of the one on Linux that tells. */
import { readFileSync } from 'node:fs';

/** Octets of memory at its highest (VmHWM of proc_pid_status(5)). */
export function peakMemoryOctets(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** Linux counts in hundredths of a second, on every machine. */
const ticksPerSecond = 100;

/** Seconds of CPU time: utime and stime of proc_pid_stat(5). */
export function cpuSeconds(processId: number): number {
  const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
  // The name of the program, in parentheses, may have spaces in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
