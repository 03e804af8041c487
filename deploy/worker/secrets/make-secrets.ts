/** `npm run secrets`: makes the secrets that an edge needs, and sets them; what is there stays, unless it is to be replaced. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCommandLine, UsageError } from '../../../sync-agent/usage.ts';
import { chooseEnvironment, readConfigurations } from '../configuration.ts';
import type { Terminal } from '../run-command.ts';
import { Wrangler } from '../wrangler.ts';
import { hashOfKeyFile, makeKeyFile } from './administrator-key.ts';
import { type Plan, planSecrets, type Replaceable, secretNames } from './plan.ts';

const usage = `npm run secrets -- [OPTIONS]

Makes the two secrets of an edge and hands them to wrangler: the hash of an administrator's key, which itself stays in a file
here, and the key that tokens are made with, which is kept nowhere else. What is set already stays.

  --admin-key-file FILE  where the administrator's key goes; only you may read it
  --env NAME             an environment of wrangler.toml, such as staging
  --config FILE          another file than wrangler.toml
  --replace NAME         administrator or token: makes a new one though there is one; may be repeated. The old
                         administrator's key stops; with a new token key every token stops
`;

const options = {
  'admin-key-file': { type: 'string' },
  env: { type: 'string' },
  config: { type: 'string' },
  replace: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The exit code. Rejects with an error whose message is one clear line, UsageError for a wrong command line. */
export async function makeSecrets(args: readonly string[], { variables, print }: Terminal): Promise<number> {
  const { values } = parseCommandLine({ args: [...args], options }, 'npm run secrets -- --help');
  if (values.help) {
    print(usage.trimEnd());
    return 0;
  }
  const replaced = new Set((values.replace ?? []).map(readReplaceable));
  const file = values.config === undefined ? undefined : resolve(values.config);
  const place = { environment: chooseEnvironment(values.env, await readConfigurations(file)), file };
  const wrangler = new Wrangler(place, variables);
  const path = values['admin-key-file'];
  const keyFile = path === undefined || path === '' ? undefined : { path, exists: existsSync(path) };
  const plan = planSecrets({ present: await wrangler.listSecrets(), replaced, keyFile });
  const secrets = secretsOf(plan, path, print);
  if (Object.keys(secrets).length === 0) {
    print(`${Object.values(secretNames).join(' and ')} are set: nothing is done`);
    return 0;
  }
  await wrangler.putSecrets(secrets);
  print(`set ${Object.keys(secrets).join(' and ')} for ${place.environment}`);
  if (replaced.has('token')) print('every token of before is good no more: make new ones with "kube-doh token create"');
  return 0;
}

/** The key's file is written first: a key that nobody has cannot be used, and this can be run again. */
function secretsOf(
  { administrator, token }: Plan,
  path: string | undefined,
  print: Terminal['print'],
): Readonly<Record<string, string>> {
  if (administrator === 'make') {
    makeKeyFile(path!);
    print(`made the administrator's key: ${path}`);
  }
  return {
    ...(administrator === 'keep' ? {} : { [secretNames.administrator]: hashOfKeyFile(path!) }),
    ...(token === 'keep' ? {} : { [secretNames.token]: randomBytes(32).toString('hex') }),
  };
}

function readReplaceable(name: string): Replaceable {
  if (Object.hasOwn(secretNames, name)) return name as Replaceable;
  throw new UsageError(`--replace "${name}" is neither administrator nor token`);
}
