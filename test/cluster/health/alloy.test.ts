/**
 * `kube-doh config --for alloy`, read by Alloy's own parser and formatter, and held against what its reference
 * (docs/sources/reference/components in its repository) says that each component takes and exports.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Watched } from '../../../client/recipes/health/watched.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { prod, setupOf, staging } from '../../client/recipes/example-profiles.ts';

interface Block {
  readonly name: string;
  readonly label: string;
  /** The values as they stand there. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly blocks: readonly Block[];
}

type Type = 'string' | 'duration' | 'bool' | 'list(string)' | 'map(string)' | 'targets' | 'list(MetricsReceiver)';

interface Takes {
  readonly required: readonly string[];
  /** Those that the recipe uses. */
  readonly attributes: Readonly<Record<string, Type>>;
  readonly blocks?: Readonly<Record<string, Takes>>;
}

const components: Readonly<Record<string, Takes & { readonly exports: Readonly<Record<string, Type>> }>> = {
  'discovery.http': {
    required: ['url'],
    attributes: { url: 'string', refresh_interval: 'duration', follow_redirects: 'bool' },
    blocks: {
      authorization: { required: [], attributes: { type: 'string', credentials_file: 'string' } },
      tls_config: { required: [], attributes: { ca_file: 'string' } },
    },
    exports: { targets: 'targets' },
  },
  'discovery.relabel': {
    required: ['targets'],
    attributes: { targets: 'targets' },
    blocks: {
      rule: {
        required: [],
        attributes: {
          source_labels: 'list(string)',
          regex: 'string',
          target_label: 'string',
          replacement: 'string',
          action: 'string',
        },
      },
    },
    exports: { output: 'targets' },
  },
  'prometheus.scrape': {
    required: ['targets', 'forward_to'],
    attributes: { targets: 'targets', forward_to: 'list(MetricsReceiver)' },
    exports: {},
  },
  'prometheus.exporter.blackbox': {
    required: ['config_file'],
    attributes: { config_file: 'string', targets: 'targets' },
    blocks: {
      target: {
        required: ['name', 'address'],
        attributes: { name: 'string', address: 'string', module: 'string', labels: 'map(string)' },
      },
    },
    exports: { targets: 'targets' },
  },
};

const text = /"(?:[^"\\]|\\.)*"/.source;
const forms: Readonly<Record<Exclude<Type, 'targets'>, RegExp>> = {
  string: new RegExp(`^${text}$`),
  duration: /^"\d+s"$/,
  bool: /^(true|false)$/,
  'list(string)': new RegExp(`^\\[(${text})(, ${text})*\\]$`),
  'map(string)': new RegExp(`^\\{\\n(\\t\\w+ *= ${text},\\n)+\\}$`),
  'list(MetricsReceiver)': /^\[prometheus\.remote_write\.\w+\.receiver\]$/,
};

let folder: string;
let reader: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-alloy-'));
  reader = join(folder, 'reader');
  const cwd = fileURLToPath(new URL('./alloy', import.meta.url));
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' };
  execFileSync('go', ['build', '-o', reader, '.'], { cwd, env });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(configuration: string): { readonly formatted: string; readonly blocks: readonly Block[] } {
  return JSON.parse(execFileSync(reader, { input: configuration, encoding: 'utf8', stdio: 'pipe' }));
}

const redis: Watched = { namespace: 'cache', service: 'redis-headless', port: 'redis', minReady: 3 };

describe.each([
  ['all pods', prod, {}],
  ['one Service', prod, redis],
  ['an edge with its own authority', staging, redis],
  ['an open edge', { ...prod, token: undefined }, redis],
] as const)('for %s', (_, profile, watched) => {
  const configuration = (): string => writeRecipe('alloy', setupOf([profile]), watched).text;

  test('it is as the formatter writes it', () => {
    expect(read(configuration()).formatted).toBe(configuration());
  });

  test('every component takes what it is given, and gets what it needs', () => {
    const { blocks } = read(configuration());
    expect(blocks.length).toBeGreaterThan(6);
    for (const block of blocks) expectTaken(block, components[block.name], blocks);
    const names = blocks.map(({ name, label }) => `${name} ${label}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every discovered target has a name, an address and a module before it is probed', () => {
    const { blocks } = read(configuration());
    const probes = blocks.find(({ name, label }) => name === 'discovery.relabel' && label === 'kube_doh_probes');
    const set = probes!.blocks.map(({ attributes }) => attributes['target_label']);
    expect(set).toEqual(expect.arrayContaining(['"name"', '"address"', '"module"']));
  });
});

test('a slip is found', () => {
  const { text: configuration } = writeRecipe('alloy', setupOf([prod]));
  expect(() => read(configuration.replace('{', '('))).toThrow();
  for (const [right, wrong] of [
    ['refresh_interval', 'refresh'],
    ['discovery.http.kube_doh.targets', 'discovery.http.other.targets'],
    ['"30s"', '30'],
  ] as const) {
    const { blocks } = read(configuration.replace(right, wrong));
    expect(() => {
      for (const block of blocks) expectTaken(block, components[block.name], blocks);
    }, wrong).toThrow();
  }
});

function expectTaken(block: Block, takes: Takes | undefined, all: readonly Block[]): void {
  const { name, attributes, blocks } = block;
  expect(takes, `${name} is no component that is known here`).toBeDefined();
  const { required, attributes: types, blocks: inner = {} } = takes!;
  expect(Object.keys(attributes), name).toEqual(expect.arrayContaining([...required]));
  for (const [attribute, value] of Object.entries(attributes)) {
    const type = types[attribute];
    expect(type, `${name} takes no ${attribute}`).toBeDefined();
    if (type === 'targets') expect(exportedTargets(all), `${attribute} of ${name}`).toContain(value);
    else expect(value, `${attribute} of ${name}`).toMatch(forms[type!]);
  }
  for (const one of blocks) expectTaken(one, inner[one.name], all);
}

/** As expressions, of all components that are there. */
function exportedTargets(all: readonly Block[]): readonly string[] {
  return all.flatMap(({ name, label }) =>
    Object.keys(components[name]?.exports ?? {}).map((member) => `${name}.${label}.${member}`),
  );
}
