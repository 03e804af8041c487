/** The table of completion is what the commands take: no flag more, none less, none of another kind. */
import type { ParseArgsConfig } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commandNames, places } from '../../../../client/commands/completion/command-table.ts';
import { hostFormats } from '../../../../client/export/host-formats.ts';
import { parseRecordType } from '../../../../client/export/record-type.ts';
import { agentOptions } from '../../../../sync-agent/configuration/agent-options.ts';
import type { Option } from '../../../../sync-agent/configuration/option.ts';
import { kubeDoh } from '../../kube-doh.ts';

/** The configurations that commands gave to `parseArgs`, in order. */
const parsed: ParseArgsConfig[] = [];

vi.mock('node:util', async (original) => {
  const util = await original<typeof import('node:util')>();
  const parseArgs = (config: ParseArgsConfig) => {
    parsed.push(config);
    return util.parseArgs(config);
  };
  return { ...util, parseArgs };
});

afterEach(() => vi.restoreAllMocks());

interface Command {
  run(args: readonly string[]): Promise<void>;
}

/** The actions that one command reads with one set of flags. */
const shared: Readonly<Record<string, readonly string[]>> = {
  key: ['key new'],
  cluster: ['cluster add', 'cluster rotate-key', 'cluster retire', 'cluster remove', 'cluster list'],
  token: ['token create', 'token list', 'token revoke'],
};

const actions: Readonly<Record<string, () => Promise<Command>>> = {
  'dns install': () => import('../../../../client/commands/dns/install.ts'),
  'dns uninstall': () => import('../../../../client/commands/dns/uninstall.ts'),
  'dns status': () => import('../../../../client/commands/dns/status.ts'),
};

async function commandAt(place: string): Promise<Command> {
  return await (actions[place]?.() ?? import(`../../../../client/commands/${place}.ts`));
}

async function run(command: Command, ...args: readonly string[]): Promise<string> {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await command.run(args);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** As the table says it: `name` or `name=`, and the letter of those that have one. */
function taken(flags: NonNullable<ParseArgsConfig['options']>): readonly string[] {
  return Object.entries(flags)
    .filter(([name]) => name !== 'help')
    .map(
      ([name, { type, short }]) => `${name}${type === 'string' ? '=' : ''}${short === undefined ? '' : ` -${short}`}`,
    )
    .sort();
}

function tabled(...names: readonly string[]): readonly string[] {
  const all = names.flatMap((place) => Object.entries(places[place]!.flags));
  const lines = all
    .filter(([name]) => name !== 'help')
    .map(([name, value]) => {
      if (value === 'switch') return name;
      return `${name}=${value.short === undefined ? '' : ` -${value.short}`}`;
    });
  return [...new Set(lines)].sort();
}

const own = Object.keys(places).filter(
  (place) => !place.startsWith('agent') && !Object.values(shared).flat().includes(place),
);

test.each(own)('%s', async (place) => {
  const command = await commandAt(place);
  parsed.length = 0;
  await run(command, '--help');
  const { options = {} } = parsed.at(-1)!;
  expect(taken(options)).toEqual(tabled(place, ...(shared[place] ?? [])));
});

describe.each(['cluster', 'token'])('which action of %s takes which flag', (name) => {
  const ownPlaces = shared[name]!;
  const flags = tabled(...ownPlaces).map((line) => line.replace(/=.*$/, ''));

  test.each(ownPlaces)('%s', async (place) => {
    const action = place.split(' ')[1]!;
    const command = await commandAt(name);
    const refused: string[] = [];
    for (const flag of flags) {
      const isSwitch = Object.values(places).some((each) => each.flags[flag] === 'switch');
      const said = await run(command, action, 'x', `--${flag}`, ...(isSwitch ? [] : ['x']));
      if (said.includes(`takes no --${flag}`)) refused.push(flag);
    }
    const expected = flags.filter((flag) => places[place]!.flags[flag] === undefined);
    // Who has no key needs none, and is not told of it first.
    expect(refused).toEqual(expected);
  });
});

test('agent', () => {
  const options = Object.entries<Option>(agentOptions).flatMap(([name, option]) => {
    if (option.kind !== 'switch') return [`${name}=`];
    return option.default === false ? [name] : [name, `no-${name}`];
  });
  expect(tabled('agent')).toEqual(options.sort());
  expect(tabled('agent retire')).toEqual(tabled('agent'));
});

test('every command', () => {
  const { stdout } = kubeDoh('--help');
  const listed = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
  expect(commandNames).toEqual(listed);
});

test('the words are those that are taken', () => {
  expect(places['hosts']!.flags['format']).toEqual({ words: Object.keys(hostFormats) });
  const types = places['resolve']!.operands.words!;
  expect(types.filter((type) => parseRecordType(type) === undefined)).toEqual([]);
});
