/** Options from flags, variables and a file: which one decides, and how all that is wrong is told at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentOptions } from '../../../sync-agent/configuration/agent-options.ts';
import { variableOf } from '../../../sync-agent/configuration/environment.ts';
import { gatherOptions } from '../../../sync-agent/configuration/sources.ts';
import { readOperatingOptions } from '../../../sync-agent/operating-options.ts';
import { readPublishingOptions } from '../../../sync-agent/options.ts';
import { FlagChecks } from '../../../sync-agent/usage.ts';

interface Sources {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly file?: string;
}

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  path = join(folder, 'agent.yaml');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function gather({ flags = [], environment = {}, file }: Sources, checks = new FlagChecks()) {
  if (file !== undefined) writeFileSync(path, file);
  const args = file === undefined ? flags : [...flags, '--config', path];
  return gatherOptions(args, environment, 'agent --help', checks);
}

/** The line that says all that is wrong; `agent.yaml` stands for the path of the file. */
async function refusal(sources: Sources): Promise<string> {
  const checks = new FlagChecks();
  const { options } = await gather(sources, checks);
  const settings = readPublishingOptions(options, checks);
  readOperatingOptions(options, { cluster: settings?.cluster, isInCluster: false }, checks);
  return checks.failed ? checks.error().message.replaceAll(path, 'agent.yaml') : 'accepted';
}

const key = ['--key', 'agent.pem'];

describe('the first that is given decides', () => {
  test.for<[sources: Sources, value: string, label: string]>([
    [{}, '30', '--ttl'],
    [{ file: 'ttl: 4' }, '4', 'agent.yaml: ttl'],
    [{ file: 'ttl: 4', environment: { KUBE_DOH_TTL: '5' } }, '5', 'KUBE_DOH_TTL'],
    [{ file: 'ttl: 4', environment: { KUBE_DOH_TTL: '5' }, flags: ['--ttl', '6'] }, '6', '--ttl'],
    [{ flags: ['--ttl=6', '--ttl', '7'] }, '7', '--ttl'],
    [{ file: 'ttl: 4', environment: { KUBE_DOH_TTL: '' } }, '4', 'agent.yaml: ttl'],
  ])('%j', async ([sources, value, label]) => {
    const { ttl } = (await gather(sources)).options;
    expect([ttl.value, ttl.label.replace(path, 'agent.yaml')]).toEqual([value, label]);
  });

  test('a list replaces the other lists', async () => {
    const environment = { KUBE_DOH_ALIAS: 'b.example, c.example' };
    const file = 'alias: [a.example]';
    const aliasOf = async (sources: Sources) => (await gather(sources)).options.alias.value;
    expect(await aliasOf({ file })).toEqual(['a.example']);
    expect(await aliasOf({ file, environment })).toEqual(['b.example', 'c.example']);
    const flags = ['--alias', 'd.example', '--alias=e.example'];
    expect(await aliasOf({ file, environment, flags })).toEqual(['d.example', 'e.example']);
    expect(await aliasOf({ file: 'alias: a.example' })).toEqual(['a.example']);
  });

  test('a switch is turned on and off again', async () => {
    const eventsOf = async (sources: Sources) => (await gather(sources)).options.events.value;
    expect(await eventsOf({})).toBe(true);
    expect(await eventsOf({ flags: ['--no-events'] })).toBe(false);
    expect(await eventsOf({ file: 'events: false' })).toBe(false);
    expect(await eventsOf({ file: 'events: false', environment: { KUBE_DOH_EVENTS: 'true' } })).toBe(true);
    expect(await eventsOf({ environment: { KUBE_DOH_EVENTS: 'true' }, flags: ['--events', '--no-events'] })).toBe(
      false,
    );
  });

  test('the file is named by a variable, too', async () => {
    writeFileSync(path, 'ttl: 4');
    const { options } = await gather({ environment: { KUBE_DOH_CONFIG: path } });
    expect(options.ttl.value).toBe('4');
  });
});

describe('a file', () => {
  test('takes every option but its own', async () => {
    const names = Object.keys(agentOptions).filter((name) => name !== 'config');
    const textOf = (name: string) => (agentOptions[name as keyof typeof agentOptions].kind === 'switch' ? 'true' : 'x');
    const checks = new FlagChecks();
    const { options } = await gather({ file: names.map((name) => `${name}: ${textOf(name)}`).join('\n') }, checks);
    expect(checks.failed).toBe(false);
    for (const name of names) {
      expect(options[name as keyof typeof options].label.replace(path, 'f')).toBe(`f: ${name}`);
    }
  });

  test.for([
    ['{"ttl": 30, "alias": ["a.example"], "events": false, "lease-retry": 0.5}', '30', ['a.example'], false, '0.5'],
    [
      '{\n\t"ttl": "30",\n\t"alias": "a.example",\n\t"events": "false",\n\t"lease-retry": 0.50\n}',
      '30',
      ['a.example'],
      false,
      '0.50',
    ],
    ['# all by default\n', '30', [], true, '2'],
    ['', '30', [], true, '2'],
  ] as const)('%j', async ([file, ttl, alias, events, retry]) => {
    const { options } = await gather({ file });
    expect([options.ttl.value, options.alias.value, options.events.value, options['lease-retry'].value]).toEqual([
      ttl,
      alias,
      events,
      retry,
    ]);
  });

  test('a value is what is written, not what YAML makes of it', async () => {
    const { options } = await gather({ file: 'cluster: 007\nlease-name: no\npods: "~"' });
    expect([options.cluster.value, options['lease-name'].value, options.pods.value]).toEqual(['007', 'no', '~']);
  });

  test.for([
    ['tll: 30', 'agent.yaml: tll is no option; a key is a flag without "--"'],
    ['--ttl: 30', 'agent.yaml: --ttl is no option; a key is a flag without "--"'],
    ['config: other.yaml', 'agent.yaml: config is no option; a key is a flag without "--"'],
    ['__proto__: x', 'agent.yaml: __proto__ is no option; a key is a flag without "--"'],
    ['ttl:', 'agent.yaml: ttl has no value'],
    ['kubeconfig: ~', 'agent.yaml: kubeconfig has no value'],
    ['namespaces: null', 'agent.yaml: namespaces has no value'],
    ['namespaces: [cache, null]', 'agent.yaml: namespaces is neither a value nor a list of values'],
    ['namespaces:\n- cache\n-', 'agent.yaml: namespaces is neither a value nor a list of values'],
    ['ttl: *other', /^agent\.yaml is not YAML.*/],
    [
      `a: &a [x, x, x]\n${['b', 'c', 'd', 'e', 'f'].map((name, i) => `${name}: &${name} [${`*${'abcde'[i]},`.repeat(9)}]`).join('\n')}`,
      /^agent\.yaml is not YAML of options: /,
    ],
    ['ttl: [30]', 'agent.yaml: ttl takes one value'],
    ['alias: {a: b}', 'agent.yaml: alias is neither a value nor a list of values'],
    ['alias: [[a]]', 'agent.yaml: alias is neither a value nor a list of values'],
    ['events: no', 'agent.yaml: events "no" is not true or false'],
    ['- ttl', 'agent.yaml has no options: write one on each line, such as "ttl: 30"'],
    ['ttl', 'agent.yaml has no options: write one on each line, such as "ttl: 30"'],
    ['ttl: 3\nttl: 4', 'agent.yaml is not YAML: Map keys must be unique at line 2, column 1'],
    ['ttl: !!int 3\nttl: [', /^agent\.yaml is not YAML: .* at line 2, column \d+$/],
    ['{"ttl": 3', /^agent\.yaml is not YAML: .* at line 1, column \d+$/],
  ] as const)('%j is refused', async ([file, line]) => {
    const told = await refusal({ file, flags: key });
    if (typeof line === 'string') expect(told).toBe(line);
    else expect(told).toMatch(line);
  });

  test('that cannot be read is refused, and the rest is checked all the same', async () => {
    const absent = join(folder, 'absent');
    expect(await refusal({ flags: [...key, '--config', absent, '--ttl', 'x'] })).toBe(
      `--config: there is no file at ${absent}; --ttl "x" is not a whole number of seconds from 0 to 3600`,
    );
    expect(await refusal({ flags: key, environment: { KUBE_DOH_CONFIG: folder } })).toBe(
      `KUBE_DOH_CONFIG: ${folder} cannot be read (it is no file)`,
    );
    expect(await refusal({ flags: [...key, '--config='] })).toBe('--config needs the path of a file');
    const large = join(folder, 'large.yaml');
    writeFileSync(large, '#'.repeat(1024 * 1024 + 1));
    expect(await refusal({ flags: [...key, '--config', large] })).toBe(
      `--config: ${large} has more than 1048576 octets`,
    );
  });
});

describe('the command line', () => {
  test.for([
    [['--colour'], '--colour is no option (see agent --help)'],
    [['--no-colour'], '--no-colour is no option (see agent --help)'],
    [['--no-ttl'], '--no-ttl is no option (see agent --help)'],
    [['--toString'], '--toString is no option (see agent --help)'],
    [['-x'], '-x is no option (see agent --help)'],
    [['file'], '"file" is no option (see agent --help)'],
    [['--', '--once'], '"--once" is no option (see agent --help)'],
    [['-----BEGIN\nsecret'.slice(5)], '"BEGIN" is no option (see agent --help)'],
    [['--cluster=a\nb'], '--cluster "a b" is not 1 to 32 of a-z, 0-9 and "-"'],
    [['--ttl'], '--ttl needs a value'],
    [['--ttl', '-1'], '--ttl needs a value; one that begins with "-" is written --ttl=VALUE'],
    [['--kubeconfig', '--once'], '--kubeconfig needs a value; one that begins with "-" is written --kubeconfig=VALUE'],
    [['--once=true'], '--once takes no value'],
    [['--no-events=x'], '--no-events takes no value'],
    [['--ttl=-1'], '--ttl "-1" is not a whole number of seconds from 0 to 3600'],
    [['--once', '--no-once', '--no-allow-deletions', '--leader-elect'], 'accepted'],
  ] as const)('%j', async ([flags, line]) => {
    expect(await refusal({ flags: [...key, ...flags] })).toBe(line);
  });

  test.for([['--help'], ['-h'], ['--ttl', 'x', '--help']])('%j asks for help', async (flags) => {
    expect((await gather({ flags })).asksForHelp).toBe(true);
    expect((await gather({ flags: ['--once'] })).asksForHelp).toBe(false);
  });
});

test('all that is wrong is told at once, each with where it came from', async () => {
  const told = await refusal({
    flags: ['--colour', '--ttl', 'x'],
    environment: { KUBE_DOH_PODS: 'all', KUBE_DOH_ONCE: '1', KUBE_DOH_LABELS: 'a b' },
    file: 'cluster: X\ntll: 3\nalias: ["-", a..b]\nlisten: here\ndeletion-guard: 101',
  });
  expect(told.split('; ')).toEqual([
    '--colour is no option (see agent --help)',
    'KUBE_DOH_ONCE "1" is not true or false',
    'agent.yaml: tll is no option',
    'a key is a flag without "--"',
    'agent.yaml: cluster "X" is not 1 to 32 of a-z, 0-9 and "-"',
    expect.stringMatching(/^agent\.yaml: alias "-" is not a domain name/),
    'agent.yaml: alias "a..b" is not a domain name: a label is empty',
    '--ttl "x" is not a whole number of seconds from 0 to 3600',
    expect.stringMatching(/^KUBE_DOH_LABELS "a b" is not a label selector: "b" stands where /),
    'KUBE_DOH_PODS "all" is not disabled, insecure or verified',
    'agent.yaml: deletion-guard "101" is not a whole number from 1 to 100',
    '--key is missing: pass the path of the private key',
    '"kube-doh key new FILE" makes one',
    'agent.yaml: listen "here" is not HOST:PORT, such as 127.0.0.1:9090 or [::]:9090',
  ]);
});

describe('variables', () => {
  test('there is one for each option', () => {
    const names = Object.keys(agentOptions).map(variableOf);
    expect(names).toContain('KUBE_DOH_LEASE_RENEW_DEADLINE');
    expect(new Set(names).size).toBe(names.length);
  });

  test.for([
    ['KUBE_DOH_TLL', true],
    ['KUBE_DOH_CLUSTERS', true],
    ['KUBE_DOH_TTL', false],
    // A Service that is called kube-doh.
    ['KUBE_DOH_SERVICE_HOST', false],
    ['KUBE_DOH_SERVICE_PORT_METRICS', false],
    ['KUBE_DOH_PORT', false],
    ['KUBE_DOH_PORT_9090_TCP_ADDR', false],
    ['KUBE_DOH_ADMIN_KEY', false],
    ['KUBECONFIG', false],
  ] as const)('%s is told as a mistake: %s', async ([name, isTold]) => {
    const { warnings } = await gather({ environment: { [name]: '1' } });
    expect(warnings).toEqual(isTold ? [`${name} is no option and not read`] : []);
  });
});
