import { expect, test } from 'vitest';
import { FailureLog } from '../../sync-agent/failure-log.ts';
import { KubeError } from '../../sync-agent/kube/error.ts';
import { serviceImports, services } from '../../sync-agent/kube/resource.ts';
import { wholeCluster } from '../../sync-agent/kube/scope.ts';
import { messagesOnly } from '../../sync-agent/log-writer.ts';
import { RecordingLog } from './recording-log.ts';

function start() {
  const lines: string[] = [];
  return { lines, log: new FailureLog(messagesOnly((line) => lines.push(line))) };
}

const service = (namespace?: string) => services(namespace, wholeCluster);
const failure = (message: string, namespace?: string) => ({
  resource: service(namespace),
  error: new KubeError('SERVER_ERROR', message),
  starting: false,
});

test('a failure is told once while it stays the same, and when it is over', () => {
  const { lines, log } = start();
  log.noteWell(service());
  for (const message of ['down', 'down', 'full', 'full']) log.noteFailure(failure(message));
  log.noteWell(service());
  log.noteWell(service());
  log.noteFailure(failure('full'));
  expect(lines).toEqual([
    'Service: down; it is tried again',
    'Service: full; it is tried again',
    'Service: it is watched again',
    'Service: full; it is tried again',
  ]);
});

test('each namespace has failures of its own', () => {
  const { lines, log } = start();
  log.noteFailure(failure('down', 'cache'));
  log.noteFailure(failure('down', 'data'));
  log.noteWell(service('cache'));
  expect(lines).toEqual([
    'Service in cache: down; it is tried again',
    'Service in data: down; it is tried again',
    'Service in cache: it is watched again',
  ]);
});

test('a kind that is missing is told once, however many namespaces are asked, and once when it is there', () => {
  const { lines, log } = start();
  const [cache, data] = ['cache', 'data'].map((namespace) => serviceImports(namespace, wholeCluster));
  log.noteAbsent(cache!);
  log.noteAbsent(data!);
  expect(lines).toEqual(['ServiceImport: the cluster has none of this kind of object; it is looked for again']);
  log.notePresent(cache!);
  expect(lines).toHaveLength(1);
  log.notePresent(data!);
  expect(lines[1]).toBe('ServiceImport: the cluster has this kind of object now');
  log.noteAbsent(cache!);
  expect(lines).toHaveLength(3);
});

test('its facts tell what failed, and how', () => {
  const recording = new RecordingLog();
  const log = new FailureLog(recording);
  log.noteFailure(failure('down', 'cache'));
  log.noteWell(service('cache'));
  log.noteAbsent(serviceImports(undefined, wholeCluster));
  expect(recording.entries.map(({ level, facts }) => [level, facts])).toEqual([
    ['warn', { resource: 'Service', namespace: 'cache', code: 'SERVER_ERROR', err: 'down' }],
    ['info', { resource: 'Service', namespace: 'cache' }],
    ['warn', { resource: 'ServiceImport' }],
  ]);
});
