/** Lines of the endpoints value: how they are written, and what is read as one. */
import { describe, expect, test } from 'vitest';
import { formatEndpointsLine, isPlainText } from '../../../zone/endpoints/format.ts';
import { type EndpointsLine, readEndpointsLine } from '../../../zone/endpoints/line.ts';
import { maxLineOctets } from '../../../zone/supplement/supplement.ts';

const slice = '__meta_kubernetes_endpointslice';
const redis: EndpointsLine = {
  name: 'redis-headless.cache.svc',
  labels: { __meta_kubernetes_namespace: 'cache' },
  ports: [
    [6379, 'redis', { [`${slice}_port`]: '6379' }],
    [null, '', {}],
  ],
  columns: [`${slice}_endpoint_conditions_ready`, '__meta_kubernetes_pod_name'],
  endpoints: [
    ['10.0.0.1', 'redis-0', 'ready', 'true', 'redis-0'],
    ['fd00::1', '', 'not-ready', 'false', ''],
    ['10.0.0.3', '10-0-0-3', 'terminating', 'false', ''],
  ],
};
const text =
  '{"name":"redis-headless.cache.svc","labels":{"__meta_kubernetes_namespace":"cache"},' +
  '"ports":[[6379,"redis",{"__meta_kubernetes_endpointslice_port":"6379"}],[null,"",{}]],' +
  '"columns":["__meta_kubernetes_endpointslice_endpoint_conditions_ready","__meta_kubernetes_pod_name"],' +
  '"endpoints":[["10.0.0.1","redis-0","ready","true","redis-0"],["fd00::1","","not-ready","false",""],' +
  '["10.0.0.3","10-0-0-3","terminating","false",""]]}';

test('a line is written as JSON, its name first, and read again', () => {
  const { name, ...others } = redis;
  expect(formatEndpointsLine({ ...others, name })).toBe(text);
  expect(readEndpointsLine(text)).toEqual(redis);
});

test('a Service without endpoints has a line, too', () => {
  const empty = { ...redis, ports: [], columns: [], endpoints: [] };
  expect(readEndpointsLine(formatEndpointsLine(empty)!)).toEqual(empty);
});

describe('a line that is too long', () => {
  /** Of so many octets. */
  function lineOf(octets: number): EndpointsLine {
    const line = { ...redis, columns: ['__meta_kubernetes_x'], endpoints: [] };
    const padding = octets - formatEndpointsLine({ ...line, endpoints: [['::', '', 'ready', '']] })!.length;
    return { ...line, endpoints: [['::', '', 'ready', 'x'.repeat(padding)]] };
  }

  test('is not written', () => {
    expect(formatEndpointsLine(lineOf(maxLineOctets))).toHaveLength(maxLineOctets);
    expect(formatEndpointsLine(lineOf(maxLineOctets + 1))).toBeUndefined();
  });

  test('is not read', () => {
    const longest = formatEndpointsLine(lineOf(maxLineOctets))!;
    expect(readEndpointsLine(longest)).toBeDefined();
    expect(readEndpointsLine(`${longest} `)).toBeUndefined();
  });
});

test.for<[string, string]>([
  ['nothing', ''],
  ['no JSON', text.slice(0, -1)],
  ['null', 'null'],
  ['a number', '5'],
  ['a list', '[]'],
  ['without a name', text.replace('"name"', '"title"')],
  ['the name of a pod', text.replace('redis-headless.', 'redis-0.redis-headless.')],
  ['a name in capitals', text.replace('"redis-headless', '"REDIS')],
  ['a name of no Service', text.replace('.svc"', '.pod"')],
  ['labels that are none', text.replace('{"__meta_kubernetes_namespace":"cache"}', '["cache"]')],
  ['labels of nobody', text.replace('{"__meta_kubernetes_namespace":"cache"}', 'null')],
  ['a label of another kind', text.replace('__meta_kubernetes_namespace', '__address__')],
  ['a label with a number', text.replace('"cache"', '5')],
  ['ports that are none', text.replace(/"ports":.*"columns"/, '"ports":{},"columns"')],
  ['a port without labels', text.replace('[null,"",{}]', '[null,""]')],
  ['a port that is too high', text.replace('[6379', '[65536')],
  ['a port that is too low', text.replace('[6379', '[0')],
  ['a port with a fraction', text.replace('[6379', '[1.5')],
  ['a port as text', text.replace('[6379', '["6379"')],
  ['a port whose name is none', text.replace('6379,"redis"', '6379,null')],
  ['columns that are none', text.replace(/"columns":\[[^\]]*\]/, '"columns":null')],
  ['a column that is no label', text.replace('"__meta_kubernetes_pod_name"', '"job"')],
  ['endpoints that are none', text.replace(/"endpoints":.*/, '"endpoints":"none"}')],
  ['an endpoint that is none', text.replace('["fd00::1","","not-ready","false",""]', '"fd00::1"')],
  ['an endpoint with a value too few', text.replace('"true","redis-0"]', '"true"]')],
  ['an endpoint with a value too many', text.replace('"true","redis-0"]', '"true","redis-0",""]')],
  ['an endpoint with a number', text.replace('"true","redis-0"]', '"true",5]')],
  ['an endpoint without an address', text.replace('"fd00::1"', '""')],
  ['an endpoint in a state that there is not', text.replace('"not-ready"', '"unknown"')],
  ['a backslash, also where it would be legal', text.replace('redis-0"]', 'redis\\u002d0"]')],
  ['a character beyond ASCII', text.replace('redis-0"]', 'rédis-0"]')],
  ['a character that is not printed', text.replace('redis-0"]', 'redis\u007f0"]')],
])('no line is %s', ([, given]) => {
  expect(given).not.toBe(text);
  expect(readEndpointsLine(given)).toBeUndefined();
});

test.for<[string, boolean]>([
  ['', true],
  ["node-1.example.com zone_a/b: ~!'", true],
  ['a "node"', false],
  ['a\\node', false],
  ['zoné', false],
  ['two\nlines', false],
  ['\u007f', false],
])('%j can stand in a line: %s', ([value, expected]) => {
  expect(isPlainText(value)).toBe(expected);
});
