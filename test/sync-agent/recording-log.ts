/** A log that remembers what it was told. */
import type { Facts, Log } from '../../sync-agent/log.ts';

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly facts: Facts;
}

export class RecordingLog implements Log {
  readonly entries: LogEntry[] = [];

  /** The messages alone. */
  get lines(): string[] {
    return this.entries.map(({ message }) => message);
  }

  info(message: string, facts: Facts = {}): void {
    this.entries.push({ level: 'info', message, facts });
  }

  warn(message: string, facts: Facts = {}): void {
    this.entries.push({ level: 'warn', message, facts });
  }

  error(message: string, facts: Facts = {}): void {
    this.entries.push({ level: 'error', message, facts });
  }
}

/** A log that nobody reads. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
