/** The snippet of `kube-doh config --for coredns-cluster` in the Corefile of a real CoreDNS: names of the alias resolve inside. */
import dns from 'node:dns';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSetup } from '../../client/recipes/setup.ts';
import { writeRecipe } from '../../client/recipes/write-recipe.ts';
import { parseClusterId } from '../../zone/cluster-id.ts';
import { parseName } from '../../zone/name.ts';
import { choosePorts } from './control-plane/ports.ts';
import { type ExampleFacts, exampleFacts, numbered } from './support/example-rows.ts';
import { type RunningCoreDns, startRewritingCoreDns } from './support/rewriting-coredns.ts';
import { system } from './support/system.ts';

const { objects, kubeconfigPath, directory } = system();
const alias = 'prod.k8s.example.com';
const profile = {
  name: 'prod',
  edge: new URL('https://dns.example.com'),
  cluster: parseClusterId('prod'),
  token: undefined,
  zones: [parseName('cluster.local'), parseName(alias)],
  authorityFile: undefined,
};

let facts: ExampleFacts;
beforeAll(async () => {
  facts = await exampleFacts(objects);
});

/** As a user pastes it: comments and all, at the top of the block or at its end. */
const snippet = writeRecipe('coredns-cluster', readSetup([profile], { host: '127.0.0.1', port: 5300 })).text;
const kubernetes = `kubernetes cluster.local in-addr.arpa ip6.arpa {
  kubeconfig ${JSON.stringify(kubeconfigPath)}
  pods insecure
  ttl 30
}
`;

describe.each([
  ['above the plugin "kubernetes"', `${snippet}${kubernetes}`],
  ['below it', `${kubernetes}${snippet}`],
])('%s', (place, plugins) => {
  const resolver = new dns.promises.Resolver({ timeout: 2000, tries: 1 });
  let coreDns: RunningCoreDns | undefined;

  beforeAll(async () => {
    const { dns: port } = await choosePorts(0);
    resolver.setServers([`127.0.0.1:${port}`]);
    const corefile = join(directory, `Corefile-alias-${place.startsWith('above') ? 'above' : 'below'}`);
    writeFileSync(corefile, `.:${port} {\nbind 127.0.0.1\nerrors\n${plugins}}\n`);
    const log = (line: string): boolean => process.stdout.write(`${line}\n`);
    coreDns = await startRewritingCoreDns(corefile, () => answers('redis-headless.cache.svc.cluster.local'), log);
  });
  afterAll(() => coreDns?.stop());

  const answers = async (name: string): Promise<boolean> =>
    (await resolver.resolve4(name).catch(() => [])).length === 3;

  test.each(['cluster.local', alias])('names of pods and Services in %s', async (zone) => {
    const redis = facts.pods.get('cache/redis')!.map(({ address }) => address);
    expect(await resolver.resolve4(`redis-0.redis-headless.cache.svc.${zone}`)).toEqual([redis[0]]);
    expect((await resolver.resolve4(`redis-headless.cache.svc.${zone}`)).toSorted()).toEqual(redis.toSorted());
    expect(await resolver.resolve4(`mysql.default.svc.${zone}`)).toEqual([facts.services.get('default/mysql')]);
  });

  test.each(['cluster.local', alias])('targets of SRV records come in %s, as asked', async (zone) => {
    const headless = `redis-headless.cache.svc.${zone}`;
    const targets = (await resolver.resolveSrv(`_redis._tcp.${headless}`)).map(({ name }) => name);
    expect(targets.toSorted()).toEqual(numbered('redis', 3).map((pod) => `${pod}.${headless}`));
  });

  test('what does not exist does not exist in the alias either', async () => {
    await expect(resolver.resolve4(`nope.default.svc.${alias}`)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('names of addresses stay in the own domain', async () => {
    const [redis] = facts.pods.get('cache/redis')!;
    expect(await resolver.reverse(redis!.address)).toEqual(['redis-0.redis-headless.cache.svc.cluster.local']);
  });
});
