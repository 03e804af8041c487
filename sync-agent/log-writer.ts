/**
 * The log as lines: for people in text, for machines in JSON, one event a line whatever is in it.
 *
 *     2026-11-03T10:15:00.000Z WARN Service: the API server is down; it is tried again code=UNREACHABLE
 *     {"time":"2026-11-03T10:15:00.000Z","level":"warn","msg":"Service: the API server is down; …","code":"UNREACHABLE"}
 */
import type { Facts, Log } from './log.ts';

/** From the least to the most important. */
export const logLevels = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LogWriterOptions {
  readonly format: LogFormat;
  /** The least important events that are written. */
  readonly level: LogLevel;
  /** Takes a line with its line feed. What it throws loses the line, and nothing else: a full disk is no reason to end. */
  readonly write: (line: string) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export class LogWriter implements Log {
  readonly #options: LogWriterOptions;
  #lostLines = 0;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  /** How many lines could not be written. */
  get lostLines(): number {
    return this.#lostLines;
  }

  info(message: string, facts?: Facts): void {
    this.#write('info', message, facts);
  }

  warn(message: string, facts?: Facts): void {
    this.#write('warn', message, facts);
  }

  error(message: string, facts?: Facts): void {
    this.#write('error', message, facts);
  }

  #write(level: LogLevel, message: string, facts: Facts = {}): void {
    const { format, level: least, write, now } = this.#options;
    if (logLevels.indexOf(level) < logLevels.indexOf(least)) return;
    const time = new Date(now()).toISOString();
    const line = format === 'json' ? jsonLine(time, level, message, facts) : textLine(time, level, message, facts);
    try {
      write(`${line}\n`);
    } catch {
      this.#lostLines += 1;
    }
  }
}

/** A log that shows the messages alone, for a screen. */
export function messagesOnly(print: (message: string) => void): Log {
  const show = (message: string): void => print(message);
  return { info: show, warn: show, error: show };
}

/** What the line says of itself wins over a fact of that name. */
function jsonLine(time: string, level: LogLevel, msg: string, facts: Facts): string {
  const own = { time, level, msg };
  return JSON.stringify({ ...own, ...facts, ...own });
}

function textLine(time: string, level: LogLevel, message: string, facts: Facts): string {
  const untold = Object.entries(facts).filter(([, value]) => !isTold(message, value));
  const shown = untold.map(([name, value]) => ` ${name}=${shownValue(value)}`).join('');
  const mark = level === 'info' ? '' : `${level.toUpperCase()} `;
  return `${time} ${mark}${escaped(message)}${shown}`;
}

/** Most messages say their facts in a sentence already. */
function isTold(message: string, value: Facts[string]): boolean {
  if (typeof value === 'boolean' || value === '') return false;
  const word = String(value).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9])${word}(?![A-Za-z0-9])`).test(message);
}

function shownValue(value: Facts[string]): string {
  const text = escaped(String(value));
  return text === '' || /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}

/** What others write, such as an API server, shall neither begin a line nor steer a terminal. */
function escaped(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
