/**
 * What stands where on a command line of kube-doh: the one table that shells complete by. A test holds it against what the
 * commands take.
 */
import { agentOptions } from '../../../sync-agent/configuration/agent-options.ts';
import type { Option } from '../../../sync-agent/configuration/option.ts';
import { targets } from '../../recipes/table.ts';
import { methods } from '../../wiring/method.ts';
import { addressKinds, readyKinds, targetFormats } from '../sd/target-query.ts';

/** Words that are looked up when somebody asks for them. */
export type Source = 'names' | 'namespaces' | 'profiles' | 'files';

/** What may stand in a place; without both, anything. */
export interface Completed {
  readonly from?: Source;
  readonly words?: readonly string[];
  /** Of a flag, its other name, of one letter. */
  readonly short?: string;
}

export interface Place {
  /** By name, without dashes; `switch` takes no value. */
  readonly flags: Readonly<Record<string, Completed | 'switch'>>;
  /** What may stand there that is no flag. */
  readonly operands: Completed;
}

const anything: Completed = {};
const files: Completed = { from: 'files' };
const names: Completed = { from: 'names' };
const namespaces: Completed = { from: 'namespaces' };
const namespaceFlag: Completed = { ...namespaces, short: 'n' };
const help = { help: 'switch' } as const;

const connection = {
  profile: { from: 'profiles' },
  doh: anything,
  'token-file': files,
  zone: anything,
  authority: files,
} as const satisfies Place['flags'];

const administration = { edge: anything, 'admin-key-file': files, ...help } as const satisfies Place['flags'];
const registration = {
  'public-key': anything,
  zone: anything,
  alias: anything,
  'clusterset-zone': anything,
  'soft-limit': anything,
  'hard-limit': anything,
} as const satisfies Place['flags'];

const recordTypes = ['A', 'AAAA', 'SRV', 'CNAME', 'TXT', 'PTR', 'SOA', 'NS'];

const agent: Place = {
  flags: { ...Object.fromEntries(Object.entries<Option>(agentOptions).flatMap(agentFlags)), ...help },
  operands: { words: ['retire'] },
};

/** By the words before: a command, and where it has them one of its actions. */
export const places: Readonly<Record<string, Place>> = {
  agent,
  'agent retire': { ...agent, operands: anything },
  setup: {
    flags: {
      ...administration,
      zone: anything,
      alias: anything,
      'clusterset-zone': anything,
      manifest: files,
      namespace: namespaces,
      secret: anything,
      'token-file': files,
      'token-expires': anything,
      'no-token': 'switch',
      login: 'switch',
      chart: files,
      json: 'switch',
    },
    operands: anything,
  },
  key: { flags: help, operands: { words: ['new'] } },
  'key new': { flags: help, operands: files },
  cluster: { flags: help, operands: { words: ['add', 'rotate-key', 'retire', 'remove', 'list'] } },
  'cluster add': { flags: { ...administration, ...registration, replace: 'switch' }, operands: anything },
  'cluster rotate-key': {
    flags: { ...administration, 'public-key': anything, finish: 'switch' },
    operands: anything,
  },
  'cluster retire': { flags: { ...administration, key: files, identity: anything }, operands: anything },
  'cluster remove': { flags: administration, operands: anything },
  'cluster list': { flags: administration, operands: anything },
  token: { flags: help, operands: { words: ['create', 'list', 'revoke'] } },
  'token create': {
    flags: {
      ...administration,
      name: anything,
      cluster: anything,
      namespace: anything,
      zone: anything,
      expires: anything,
    },
    operands: anything,
  },
  'token list': { flags: administration, operands: anything },
  'token revoke': { flags: administration, operands: anything },
  login: {
    flags: {
      name: anything,
      cluster: anything,
      zone: anything,
      'token-file': files,
      authority: files,
      default: 'switch',
      ...help,
    },
    operands: anything,
  },
  logout: { flags: help, operands: { from: 'profiles' } },
  profiles: { flags: { names: 'switch', ...help }, operands: anything },
  dns: {
    flags: {
      ...connection,
      listen: anything,
      upstream: { words: ['system'] },
      allow: anything,
      stale: anything,
      bootstrap: anything,
      'reverse-zone': anything,
      'own-zone': anything,
      'ready-file': files,
      'log-questions': 'switch',
      ...help,
    },
    operands: { words: ['install', 'uninstall', 'status'] },
  },
  'dns install': {
    flags: {
      ...connection,
      method: { words: ['auto', ...methods] },
      listen: anything,
      upstream: anything,
      'reverse-zone': anything,
      'log-questions': 'switch',
      'no-service': 'switch',
      'dry-run': 'switch',
      ...help,
    },
    operands: anything,
  },
  'dns uninstall': { flags: { 'dry-run': 'switch', ...help }, operands: anything },
  'dns status': { flags: { profile: connection.profile, name: names, ...help }, operands: anything },
  config: {
    flags: {
      ...connection,
      for: { words: targets },
      stub: anything,
      out: files,
      namespace: namespaceFlag,
      service: anything,
      port: anything,
      'min-ready': anything,
      ...help,
    },
    operands: anything,
  },
  resolve: {
    flags: { ...connection, namespace: namespaceFlag, short: 'switch', json: 'switch', ...help },
    operands: { from: 'names', words: recordTypes },
  },
  why: {
    flags: {
      ...connection,
      namespace: namespaceFlag,
      kubeconfig: files,
      context: anything,
      connect: anything,
      'no-machine': 'switch',
      json: 'switch',
      ...help,
    },
    operands: { from: 'names', words: recordTypes },
  },
  list: {
    flags: { ...connection, namespaces: 'switch', 'max-age': anything, json: 'switch', ...help },
    operands: namespaces,
  },
  sd: {
    flags: {
      ...connection,
      namespace: namespaceFlag,
      port: anything,
      address: { words: addressKinds },
      ready: { words: readyKinds },
      format: { words: targetFormats },
      ...help,
    },
    operands: names,
  },
  wait: {
    flags: { ...connection, for: { words: [...recordTypes, 'gone', 'count='] }, timeout: anything, ...help },
    operands: names,
  },
  hosts: {
    flags: {
      ...connection,
      format: { words: ['hosts', 'docker', 'compose', 'json'] },
      'short-names': 'switch',
      write: 'switch',
      watch: 'switch',
      remove: 'switch',
      file: files,
      ...help,
    },
    operands: names,
  },
  run: { flags: { ...connection, service: names, jvm: 'switch', ...help }, operands: files },
  dump: { flags: help, operands: files },
  edge: {
    flags: {
      data: files,
      listen: anything,
      'behind-proxy': 'switch',
      'metrics-listen': anything,
      'default-cluster': anything,
      'endpoint-host': anything,
      'token-host-suffix': anything,
      'outside-zone': { words: ['refuse', 'nxdomain', 'forward:'] },
      open: 'switch',
      'no-rate-limits': 'switch',
      workerd: files,
      'ready-file': files,
      ...help,
    },
    operands: anything,
  },
  worker: { flags: help, operands: files },
  completion: { flags: help, operands: { words: ['bash', 'zsh', 'fish', 'powershell'] } },
};

/** Commands, without their actions. */
export const commandNames: readonly string[] = Object.keys(places).filter((place) => !place.includes(' '));

/** The places of actions, such as `dns install`. */
export const actionPlaces: readonly string[] = Object.keys(places).filter((place) => place.includes(' '));

function agentFlags([name, option]: readonly [string, Option]): readonly (readonly [string, Completed | 'switch'])[] {
  if (option.kind !== 'switch') return [[name, option.value === 'FILE' ? files : anything]];
  return option.default === false
    ? [[name, 'switch']]
    : [
        [name, 'switch'],
        [`no-${name}`, 'switch'],
      ];
}
