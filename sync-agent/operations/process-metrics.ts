/**
 * What Prometheus's clients tell of every process, read when somebody asks. prom-client's own would also keep a timer of
 * 10 ms and an observer of every garbage collection going, in a process that is to sleep most of the time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Instruments } from './instruments.ts';

export async function setProcessMetrics(instruments: Instruments): Promise<void> {
  const before = performance.now();
  await setImmediate();
  instruments.set('nodejs_eventloop_lag_seconds', {}, (performance.now() - before) / 1000);
  const { user, system } = process.cpuUsage();
  instruments.setTotal('process_cpu_user_seconds_total', {}, user / 1e6);
  instruments.setTotal('process_cpu_system_seconds_total', {}, system / 1e6);
  instruments.setTotal('process_cpu_seconds_total', {}, (user + system) / 1e6);
  instruments.set('process_start_time_seconds', {}, startedAt);
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  instruments.set('process_resident_memory_bytes', {}, rss);
  instruments.set('nodejs_heap_size_total_bytes', {}, heapTotal);
  instruments.set('nodejs_heap_size_used_bytes', {}, heapUsed);
  instruments.set('nodejs_external_memory_bytes', {}, external);
  instruments.set('nodejs_version_info', { version: process.version }, 1);
  setDescriptors(instruments);
}

const startedAt = (Date.now() - process.uptime() * 1000) / 1000;

/** Linux tells; elsewhere it is not known. */
function setDescriptors(instruments: Instruments): void {
  try {
    // Reading the folder holds one itself.
    const openCount = readdirSync('/proc/self/fd').length - 1;
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    instruments.set('process_open_fds', {}, openCount);
    if (limit === undefined) instruments.forget('process_max_fds');
    else instruments.set('process_max_fds', {}, Number(limit));
  } catch {
    instruments.forget('process_open_fds');
    instruments.forget('process_max_fds');
  }
}
