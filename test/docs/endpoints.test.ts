/** docs/endpoints.md says what the code does: its tables and its example are compared with it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endpointsSource } from '../../sync-agent/endpoints/endpoints-source.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { formatEndpointsLine } from '../../zone/endpoints/format.ts';
import { type LineEndpoint, type LinePort, readEndpointsLine } from '../../zone/endpoints/line.ts';
import { supplementSignedOctets } from '../../zone/supplement/manifest.ts';
import {
  maxLineOctets,
  supplementContentType,
  supplementLimits,
  supplementPath,
} from '../../zone/supplement/supplement.ts';
import { linesOf } from '../sync-agent/endpoints/written-lines.ts';
import { namespace, service } from '../sync-agent/remarks/observed.ts';
import { ObservedObjects } from '../sync-agent/supplements/observed-objects.ts';

const markdown = readFileSync(new URL('../../docs/endpoints.md', import.meta.url), 'utf8');
const prose = markdown.replace(/\s+/g, ' ');
const example = /^ {4}(\{.*)$/m.exec(markdown)![1]!;

test('where they are sent, and how', () => {
  expect(markdown).toContain(`    PUT ${supplementPath('<cluster>' as ClusterId, 'endpoints')}\n`);
  expect(markdown).toContain(`    ${String.fromCharCode(...supplementSignedOctets('endpoints', '')).trim()}\n`);
  expect(prose).toContain(`\`${supplementContentType('endpoints')}\``);
});

test('how often', () => {
  expect(endpointsSource).toMatchObject({ intervalMilliseconds: 10_000, heartbeatMilliseconds: 4 * 60_000 });
  expect(prose).toContain('every ten seconds at most');
  expect(prose).toContain('again every four minutes');
});

test('a line', () => {
  const line = readEndpointsLine(example)!;
  expect(formatEndpointsLine(line)).toBe(example);
  expect(table('member', 'value').map(([member]) => member)).toEqual(Object.keys(line));
  const port: LinePort = [80, 'http', {}];
  const endpoint: LineEndpoint = ['10.0.0.1', 'web-0', 'ready'];
  expect(table('port', 'value')).toHaveLength(port.length);
  expect(table('endpoint', 'value')).toHaveLength(endpoint.length + 1);
  for (const standing of ['ready', 'not-ready', 'terminating']) {
    expect(table('endpoint', 'value')[2]![1]).toContain(standing);
    expect(readEndpointsLine(example.replace('"ready","true"', `"${standing}","true"`))).toBeDefined();
  }
});

test('the example is one that the agent writes', () => {
  const pod = (i: number, ready: boolean): object => ({
    addresses: [`10.0.0.${i + 1}`],
    conditions: { ready },
    hostname: `redis-${i}`,
    nodeName: `node-${i + 1}`,
    zone: `zone-${'ab'[i]}`,
    targetRef: { kind: 'Pod', name: `redis-${i}` },
  });
  expect(lines([pod(0, true), pod(1, false)])).toEqual([readEndpointsLine(example)]);
});

test('the limits', () => {
  const limits = { maxLineOctets, ...supplementLimits.endpoints };
  expect(table('limit', 'value')).toEqual(Object.entries(limits).map(([name, value]) => [name, String(value)]));
});

test('the labels', () => {
  const endpoints = [
    {
      addresses: ['10.0.0.1'],
      conditions: { ready: false, terminating: true },
      nodeName: 'node-1',
      zone: 'zone-a',
      targetRef: { kind: 'Pod', name: 'redis-0' },
    },
  ];
  const [line] = lines(endpoints, 'UDP');
  const { labels, ports, columns } = line!;
  expect(table('label', 'of', 'value').map(([label, of]) => [label, of])).toEqual([
    ...Object.keys(labels).map((label) => [label, 'line']),
    ...Object.keys(ports[0]![2]).map((label) => [label, 'port']),
    ...columns.map((label) => [label, 'endpoint']),
  ]);
});

/** Of one slice of the Service in the example. */
function lines(endpoints: readonly object[], protocol = 'TCP') {
  const metadata = {
    namespace: 'cache',
    name: 'redis-headless-x7k2p',
    labels: { 'kubernetes.io/service-name': 'redis-headless' },
  };
  const slice = { metadata, addressType: 'IPv4', endpoints, ports: [{ name: 'redis', port: 6379, protocol }] };
  const services = [service('cache', 'redis-headless')];
  return linesOf(new ObservedObjects({ namespaces: [namespace('cache')], services, slices: [slice] }));
}

/** The rows of the table with these columns; marks of code are taken away. */
function table(...columns: readonly string[]): string[][] {
  const lines = markdown.split(`| ${columns.join(' | ')} |\n`)[1]!.split('\n');
  const rows = lines.slice(
    1,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  return rows.map((row) =>
    row
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '')),
  );
}
