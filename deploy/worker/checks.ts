/** What is looked at before a deployment. Pure: the configuration and the names of the secrets in, a line for each check out. */
import { type EnvironmentConfiguration, production, type Route } from './configuration.ts';

export interface Deployment {
  /** Its name: `production`, or that of an environment of wrangler.toml. */
  readonly environment: string;
  readonly configuration: EnvironmentConfiguration;
  /** The other environments of the file, by name. */
  readonly others: ReadonlyMap<string, EnvironmentConfiguration>;
  /** Their names. `absent`: the account has no such Worker. `failure`: why the account did not say. */
  readonly secrets: readonly string[] | 'absent' | 'not looked up' | { readonly failure: string };
  /** Of the account; on the paid one a request costs what it uses. */
  readonly plan: 'free' | 'paid';
  /** As `2026-11-22`. */
  readonly today: string;
}

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly verdict: 'good' | 'wrong' | 'not looked up';
  /** What is, and for what is wrong, what to do. */
  readonly text: string;
}

type Verdict = Omit<Finding, 'subject'>;

/** In the order in which somebody would mend them. */
export function checkDeployment(deployment: Deployment): readonly Finding[] {
  return Object.entries(checks).map(([subject, check]) => ({ subject, ...check(deployment) }));
}

const checks: Readonly<Record<string, (deployment: Deployment) => Verdict>> = {
  host: checkHost,
  'ways around': checkWaysAround,
  store: checkStore,
  objects: checkObjects,
  secrets: checkSecrets,
  'open access': checkOpenAccess,
  limits: checkLimits,
  'rate limits': checkRateLimits,
  logs: checkLogs,
  runtime: checkRuntime,
};

const requiredSecrets = ['ADMIN_KEY_SHA256', 'TOKEN_KEY'] as const;

function checkHost({ environment, configuration, others }: Deployment): Verdict {
  const patterns = patternsOf(configuration);
  if (patterns.length === 0) return wrong(`there is none: set routes ${inTable(environment)} to a host of yours`);
  const example = patterns.find((pattern) => /(^|\.)example(\.(com|net|org))?(\/|$)/.test(pattern));
  if (example !== undefined) return wrong(`"${example}" is an example: set routes to a host of yours`);
  const partial = routesOf(configuration).find((route) => !isCustomDomain(route) && !patternOf(route).endsWith('/*'));
  if (partial !== undefined) {
    return wrong(`the route "${patternOf(partial)}" leaves paths out: end it in "/*", or make it a custom domain`);
  }
  const taken = findSharing(others, (other) => patternsOf(other).find((pattern) => patterns.includes(pattern)));
  if (taken !== undefined) {
    return wrong(`${taken.environment} has "${taken.shared}" too: set routes ${inTable(environment)}`);
  }
  return good(patterns.join(', '));
}

function checkWaysAround({ configuration }: Deployment): Verdict {
  const open = (['workers_dev', 'preview_urls'] as const).filter((name) => configuration[name] !== false);
  if (open.length === 0) return good('workers.dev and preview URLs are off');
  return wrong(`${open.join(' and ')} would be a way around the host and its rules: set ${open.join(' and ')} = false`);
}

function checkStore({ environment, configuration, others }: Deployment): Verdict {
  const id = storeId(configuration);
  if (id === undefined || !/^[0-9a-f]{32}$/.test(id) || /^0+$/.test(id)) {
    const make = 'make one with "npx wrangler kv namespace create", and set its id';
    return wrong(`no KV namespace has been chosen as STORE: ${make} ${inTable(environment, 'kv_namespaces')}`);
  }
  const shared = findSharing(others, (other) => (storeId(other) === id ? id : undefined));
  if (shared !== undefined) return wrong(`${shared.environment} stores in the same KV namespace: make another`);
  return good(`KV namespace ${id}`);
}

function checkObjects({ environment, configuration }: Deployment): Verdict {
  const bound = configuration.durable_objects?.bindings.map(({ name }) => name) ?? [];
  const missing = ['REGISTRY', 'PUBLICATIONS', 'JOURNAL'].filter((name) => !bound.includes(name));
  if (missing.length === 0) return good('REGISTRY, PUBLICATIONS and JOURNAL are bound');
  const where = inTable(environment, 'durable_objects.bindings');
  return wrong(`nothing can be registered or published without ${missing.join(' and ')}: bind it ${where}`);
}

function checkSecrets({ environment, configuration, secrets }: Deployment): Verdict {
  const readable = requiredSecrets.find((name) => configuration.vars?.[name] !== undefined);
  if (readable !== undefined) return wrong(`${readable} stands in wrangler.toml: take it out there, and set a new one`);
  if (secrets === 'not looked up') return { verdict: 'not looked up', text: 'a dry run does not ask the account' };
  if (typeof secrets === 'object' && 'failure' in secrets) return wrong(secrets.failure);
  const missing = secrets === 'absent' ? requiredSecrets : requiredSecrets.filter((name) => !secrets.includes(name));
  if (missing.length === 0) return good(`${requiredSecrets.join(' and ')} are set`);
  const flag = environment === production ? '' : ` --env ${environment}`;
  const command = `npm run secrets -- --admin-key-file FILE${flag}`;
  return wrong(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set: "${command}" makes them`);
}

function checkOpenAccess({ environment, configuration, secrets }: Deployment): Verdict {
  const { OPEN: open } = configuration.vars ?? {};
  if (open !== undefined && open !== 'false') {
    return wrong(`OPEN lets everybody ask: take it out of ${table(environment, 'vars')}`);
  }
  if (Array.isArray(secrets) && secrets.includes('OPEN')) {
    return wrong('a secret OPEN may let everybody ask: take it away with "npx wrangler secret delete OPEN"');
  }
  return good('none: every question needs a credential');
}

function checkLimits({ configuration, plan }: Deployment): Verdict {
  const milliseconds = configuration.limits?.cpu_ms;
  if (plan === 'free') {
    if (milliseconds === undefined) return good('those of the free plan: 10 ms of CPU time for each request');
    return wrong('limits of your own need the paid plan: take [limits] out');
  }
  if (milliseconds !== undefined) return good(`${milliseconds} ms of CPU time for each request`);
  return wrong('a request may take as much CPU time as the plan allows, and you pay for it: set cpu_ms in [limits]');
}

function checkRateLimits({ environment, configuration, others }: Deployment): Verdict {
  const limits = configuration.ratelimits ?? [];
  const missing = ['RATE_BY_TOKEN', 'RATE_BY_ADDRESS'].filter((name) => !limits.some((limit) => limit.name === name));
  if (missing.length > 0) {
    return wrong(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not bound: bind it ${inTable(environment, 'ratelimits')}`,
    );
  }
  const ids = limits.map((limit) => limit.namespace_id);
  const shared = findSharing(others, ({ ratelimits = [] }) =>
    ratelimits.map((limit) => limit.namespace_id).find((id) => ids.includes(id)),
  );
  if (shared === undefined) return good('RATE_BY_TOKEN and RATE_BY_ADDRESS are bound');
  return wrong(`${shared.environment} counts with namespace_id ${shared.shared} too: choose another number`);
}

/** Whatever would keep URLs, which may hold tokens. */
function checkLogs({ configuration: { observability, logpush } }: Deployment): Verdict {
  if (observability?.enabled !== true)
    return wrong('nobody would see what fails: set enabled = true in [observability]');
  if (observability.logs?.invocation_logs !== false) return keepsUrls('invocation_logs', '[observability.logs]');
  if (observability.traces?.enabled !== false) return keepsUrls('enabled', '[observability.traces]');
  if (observability.redact_query_string !== true) {
    return wrong('query strings would be kept with each line: set redact_query_string = true in [observability]');
  }
  if (logpush === true) return keepsUrls('logpush', 'wrangler.toml');
  return good('on, without URLs');
}

function keepsUrls(member: string, where: string): Verdict {
  return wrong(`URLs would be kept, and a URL may hold a token: set ${member} = false in ${where}`);
}

/** The one that the tests ran with. */
function checkRuntime({ environment, configuration, others, today }: Deployment): Verdict {
  const { compatibility_date: date, compatibility_flags: flags = [] } = configuration;
  if (date === undefined) return wrong('compatibility_date is missing: set it as in the repository');
  if (date > today) return wrong(`compatibility_date ${date} has not come yet: set it as in the repository`);
  const tested = environment === production ? date : others.get(production)?.compatibility_date;
  if (date !== tested) return wrong(`compatibility_date is not ${tested}, with which the tests run: leave it out here`);
  if (flags.length > 0) return wrong(`the tests run without ${flags.join(', ')}: leave compatibility_flags out`);
  return good(`as of ${date}`);
}

function good(text: string): Verdict {
  return { verdict: 'good', text };
}

function wrong(text: string): Verdict {
  return { verdict: 'wrong', text };
}

function findSharing(
  others: Deployment['others'],
  find: (other: EnvironmentConfiguration) => string | undefined,
): { readonly environment: string; readonly shared: string } | undefined {
  for (const [environment, other] of others) {
    const shared = find(other);
    if (shared !== undefined) return { environment, shared };
  }
  return undefined;
}

function storeId({ kv_namespaces: namespaces = [] }: EnvironmentConfiguration): string | undefined {
  return namespaces.find(({ binding }) => binding === 'STORE')?.id;
}

/** Where clients reach it. */
export function patternsOf(configuration: EnvironmentConfiguration): readonly string[] {
  return routesOf(configuration).map(patternOf);
}

function routesOf({ route, routes = [] }: EnvironmentConfiguration): readonly Route[] {
  return route === undefined ? routes : [route, ...routes];
}

function patternOf(route: Route): string {
  return typeof route === 'string' ? route : route.pattern;
}

function isCustomDomain(route: Route): boolean {
  return typeof route !== 'string' && route.custom_domain === true;
}

/** Where in wrangler.toml something of an environment stands. */
function inTable(environment: string, name?: string): string {
  if (name === undefined && environment === production) return 'at the top of wrangler.toml';
  return `in ${table(environment, name)}`;
}

function table(environment: string, name?: string): string {
  const parts = [...(environment === production ? [] : ['env', environment]), ...(name === undefined ? [] : [name])];
  return `[${parts.join('.')}]`;
}
