/** `npm run deploy`: looks at what is to be deployed, says what is wrong with it, and has wrangler deploy what is not. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCommandLine } from '../../sync-agent/usage.ts';
import { checkDeployment, type Deployment, type Finding, patternsOf } from './checks.ts';
import {
  type Configurations,
  chooseEnvironment,
  type EnvironmentConfiguration,
  readConfigurations,
} from './configuration.ts';
import type { Terminal } from './run-command.ts';
import { writeScript } from './script.ts';
import { Wrangler, WranglerError } from './wrangler.ts';

const usage = `npm run deploy -- [OPTIONS]

Checks wrangler.toml and the secrets of the Worker, and deploys it if all is well.

  --env NAME     an environment of wrangler.toml, such as staging; without it, what stands at the top of the file
  --config FILE  another file than wrangler.toml
  --free-plan    the account has the free plan of Workers, which takes no [limits]
  --dry-run      checks, and builds what would be uploaded; asks the account nothing and changes nothing
`;

const options = {
  env: { type: 'string' },
  config: { type: 'string' },
  'free-plan': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The exit code. Rejects with an error whose message is one clear line, UsageError for a wrong command line. */
export async function deployWorker(args: readonly string[], { variables, print }: Terminal): Promise<number> {
  const { values } = parseCommandLine({ args: [...args], options }, 'npm run deploy -- --help');
  if (values.help) {
    print(usage.trimEnd());
    return 0;
  }
  const file = values.config === undefined ? undefined : resolve(values.config);
  const configurations = await readConfigurations(file);
  const place = { environment: chooseEnvironment(values.env, configurations), file };
  const wrangler = new Wrangler(place, variables);
  const dryRun = values['dry-run'];
  const secrets = dryRun ? 'not looked up' : await listOrFailure(wrangler);
  const plan = values['free-plan'] ? 'free' : 'paid';
  const findings = check(place.environment, configurations, { secrets, plan });
  for (const finding of findings) print(lineOf(finding));
  const wrong = findings.filter(({ verdict }) => verdict === 'wrong').length;
  if (wrong > 0 && !dryRun) {
    print(`not deployed: ${wrong === 1 ? 'one thing is' : `${wrong} things are`} wrong`);
    return 1;
  }
  const { sha256 } = await writeScript();
  const flags = dryRun ? ['--dry-run'] : ['--message', `kube-doh ${version()}, script SHA-256 ${sha256}`];
  const code = await wrangler.deploy(flags);
  if (code !== 0) return code;
  if (dryRun) print(`the script that would be uploaded has the SHA-256 ${sha256}`);
  else for (const line of nextLines(configurations.get(place.environment)!)) print(line);
  return wrong > 0 ? 1 : 0;
}

function check(
  environment: string,
  all: Configurations,
  account: Pick<Deployment, 'secrets' | 'plan'>,
): readonly Finding[] {
  return checkDeployment({
    environment,
    configuration: all.get(environment)!,
    others: new Map([...all].filter(([name]) => name !== environment)),
    ...account,
    today: new Date().toISOString().slice(0, 10),
  });
}

/** What else is wrong is told all the same. */
async function listOrFailure(wrangler: Wrangler): Promise<Deployment['secrets']> {
  try {
    return await wrangler.listSecrets();
  } catch (error) {
    if (error instanceof WranglerError) return { failure: error.message };
    throw error;
  }
}

function nextLines(configuration: EnvironmentConfiguration): readonly string[] {
  const [pattern = ''] = patternsOf(configuration);
  const url = `https://${pattern.replace(/\/.*/, '')}`;
  return [
    `deployed; "curl ${url}/healthz" says ok, and this registers a first cluster:`,
    `  npx kube-doh setup CLUSTER --edge ${url} --admin-key-file FILE`,
  ];
}

function lineOf({ subject, verdict, text }: Finding): string {
  const marks = { good: 'ok', wrong: 'WRONG', 'not looked up': '-' } as const;
  return `${marks[verdict].padEnd(6)} ${subject.padEnd(12)} ${text}`;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
