/** The note of what an install did: JSON in a file that nobody but root writes, read as if anybody had. Pure. */
import { isIP } from 'node:net';
import { isAbsolute, win32 } from 'node:path';
import type { ListenAddress } from './listen-address.ts';
import { type Method, methods } from './method.ts';
import { type Before, type Done, reloadable, startables } from './step.ts';
import { WiringError } from './wiring-error.ts';

export interface State {
  readonly method: Method;
  readonly zones: readonly string[];
  readonly listen: ListenAddress;
  /** Whom the stub asks for other names. */
  readonly upstreams: readonly string[];
  /** In the order in which it was done. */
  readonly done: readonly Done[];
}

const format = 1;

export function formatState(state: State): string {
  return `${JSON.stringify({ format, ...state }, null, 2)}\n`;
}

/** Throws WiringError; `path` is where the text was read. */
export function parseState(text: string, path: string, platform: NodeJS.Platform): State {
  const state = readState(text);
  if (state !== undefined && (platform !== 'win32' || hasNoFiles(state))) return state;
  throw new WiringError(
    'BAD_STATE',
    `${path} is not what kube-doh wrote there: take away by hand the files whose first line says that kube-doh wrote them, then ${path}`,
  );
}

/** On Windows everybody may put a note where ours should be, and no install there writes files for it to name. */
function hasNoFiles({ done }: State): boolean {
  return !done.some(({ kind }) => kind === 'file' || kind === 'edit');
}

function readState(text: string): State | undefined {
  const value = jsonOf(text);
  if (!isRecord(value) || value['format'] !== format) return undefined;
  const { method, zones, listen, upstreams, done } = value;
  const steps = Array.isArray(done) ? done.map(readDone) : [undefined];
  if (!isOneOf(methods, method) || !isTexts(zones) || !isListen(listen)) return undefined;
  if (!isTexts(upstreams) || !steps.every(isDefined)) return undefined;
  return { method, zones, listen, upstreams, done: steps };
}

function readDone(value: unknown): Done | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, path, sha256, before, isUnderWay, starts, service } = value;
  switch (kind) {
    case 'folder':
      return isPath(path) ? { kind, path } : undefined;
    case 'file':
      return isPath(path) && isHash(sha256) ? { kind, path, sha256 } : undefined;
    case 'edit': {
      const was = readBefore(before);
      return isPath(path) && isHash(sha256) && was !== undefined
        ? { kind, path, sha256, before: was, isUnderWay: isUnderWay === true }
        : undefined;
    }
    case 'run':
      return isOneOf(startables, starts) ? { kind, starts } : undefined;
    case 'reload':
      return isOneOf(reloadable, service) ? { kind, service } : undefined;
    default:
      return undefined;
  }
}

function readBefore(value: unknown): Before | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, keptAt, sha256, target } = value;
  if (kind === 'file' && isPath(keptAt) && isHash(sha256)) return { kind, keptAt, sha256 };
  if (kind === 'symlink' && typeof target === 'string') return { kind, target };
  return undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOneOf<T extends string>(list: readonly T[], value: unknown): value is T {
  return list.some((each) => each === value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isListen(value: unknown): value is ListenAddress {
  if (!isRecord(value)) return false;
  const { host, port } = value;
  return typeof host === 'string' && isIP(host) !== 0 && Number.isInteger(port);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && (isAbsolute(value) || win32.isAbsolute(value));
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
