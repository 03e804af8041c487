/** Starts the edge on this machine, tells where it is, and ends it when it is told to. */
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { deployedRateLimits, type Edge, type ListenAddress, startEdge } from '../../../edge/edge.ts';
import { loadProgram } from '../../../edge/program/program.ts';
import { findWorkerd } from '../../../edge/workerd/find-workerd.ts';
import type { Log } from '../../../sync-agent/log.ts';
import { isLoopback } from '../../loopback.ts';
import { removeReadyFile, writeReadyFile } from '../../ready-file.ts';
import type { EdgeSettings } from './edge-options.ts';

/** The ready file. */
export interface ReadyFile {
  readonly url: string;
  /** Where /metrics is; null: nowhere. */
  readonly metrics: string | null;
  /** Holds the administrator's key. */
  readonly adminKeyFile: string;
}

/** Resolves when it was told to end and has. Rejects with an error whose message is one clear line. */
export async function serveEdge(settings: EdgeSettings, log: Log, signal: AbortSignal): Promise<void> {
  const { listen, metricsListen, workerd: given, limitsRates, readyFile } = settings;
  if (readyFile !== undefined) removeReadyFile(readyFile);
  const workerd = findWorkerd({ given, from: import.meta.filename, path: process.env['PATH'] });
  // What workerd writes, too, is for nobody else.
  process.umask(0o077);
  const edge = await startEdge({
    ...settings,
    workerd,
    program: await loadProgram(),
    rateLimits: limitsRates ? deployedRateLimits : {},
    log: (line, kind) => (kind === 'problem' ? log.warn(line) : log.info(line)),
  });
  try {
    const ready = readyFileOf(edge, listen, metricsListen);
    tellReady(ready, settings, log);
    if (readyFile !== undefined) writeReadyFile(readyFile, ready);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await edge.stop();
  }
  log.info('ended');
}

function readyFileOf(edge: Edge, listen: ListenAddress, metricsListen: ListenAddress | undefined): ReadyFile {
  const { port, metricsPort, administratorKeyPath } = edge;
  const metrics = metricsListen && `${urlOf(metricsListen.host, metricsPort!)}/metrics`;
  return { url: urlOf(listen.host, port), metrics: metrics ?? null, adminKeyFile: administratorKeyPath };
}

function tellReady({ url, metrics, adminKeyFile }: ReadyFile, { metricsListen }: EdgeSettings, log: Log): void {
  log.info(`answering on ${url}, in plain HTTP; the administrator's key is in ${adminKeyFile}`);
  if (metrics === null || metricsListen === undefined) return;
  const warning = isLoopback(metricsListen.host) ? '' : '; whoever reaches this address can read them';
  log.info(`metrics are on ${metrics}${warning}`);
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
