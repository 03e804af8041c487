/** `kube-doh why` in clusters with every mistake that people make: the first cause, and what to do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../control-plane/wait-until.ts';
import { pagePort } from '../support/client-machine.ts';
import { system } from '../support/system.ts';
import { askWhy, askWhyAsText, type Why, type WhyJson } from './ask-why.ts';
import { addressOf, bank, buildBrokenCluster, deployedPod, removeBrokenCluster, shop } from './broken-cluster.ts';
import { LonelyMachine } from './lonely-machine.ts';
import { service } from './manifests.ts';
import { type PublishedEdge, startPublishedEdge } from './published-edge.ts';
import { foreignNames, mentioned } from './secrecy.ts';
import { type SetUp, type Told, told } from './set-up.ts';
import { nameSetUps } from './set-ups/names.ts';
import { podSetUps } from './set-ups/pods.ts';
import { publishingSetUps } from './set-ups/publishing.ts';
import { serviceSetUps } from './set-ups/services.ts';

const running = system();
const { objects, kubeconfigPath, directory } = running;
const setUps = [...serviceSetUps, ...podSetUps, ...nameSetUps, ...publishingSetUps];
const broken = setUps.filter(({ says }) => says !== null);

let edge: PublishedEdge;
let pod: string;
let others: readonly string[];

beforeAll(async () => {
  await buildBrokenCluster(objects);
  edge = await startPublishedEdge(running, directory);
  pod = await deployedPod(objects);
  others = await foreignNames(objects, shop);
});

afterAll(async () => {
  await edge?.stop();
  await removeBrokenCluster(objects);
});

function argsOf({ asks }: SetUp): string[] {
  return [...asks.replace('POD', pod).split(' '), '--no-machine'];
}

function dohOf({ asker = 'main', pinned }: SetUp): string {
  return edge.dohOf(asker, pinned);
}

function expectTold({ verdict, cause }: WhyJson, { code, cause: words, next }: Told): void {
  expect(cause).toMatchObject({ code, text: inOrder(words), next: inOrder(next) });
  expect(verdict).toBe('cause');
}

function inOrder(words: readonly string[]): unknown {
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return expect.stringMatching(new RegExp(escaped.join('.*')));
}

test('there are enough of them', () => {
  expect(new Set(broken.map(({ what }) => what)).size).toBeGreaterThanOrEqual(32);
});

describe.concurrent('what the edge tells', () => {
  test.each(setUps)('$what: $asks', async (setUp) => {
    const { json, exitCode } = await askWhy(dohOf(setUp), argsOf(setUp));
    if (setUp.says === null) {
      expect(json).toMatchObject({ verdict: 'found', cause: null, suggestions: [] });
      expect(exitCode).toBe(0);
      return;
    }
    expectTold(json, setUp.says);
    expect(json.cause?.finder).toBe('edge');
    if (setUp.suggests !== undefined) expect(json.suggestions[0]).toBe(setUp.suggests);
    expect(exitCode).toBe(1);
  });
});

/** Where Kubernetes adds nothing, what the edge says stands, and so does its silence. */
describe.concurrent('what the objects tell beside', () => {
  // Loading the client of Kubernetes takes a while: of those in which nothing is added, every other one.
  test.each(setUps.filter(({ saysWithCluster }, i) => saysWithCluster !== undefined || i % 2 === 0))(
    '$what: $asks',
    async (setUp) => {
      const args = [...argsOf(setUp), '--kubeconfig', kubeconfigPath];
      const { json, exitCode } = await askWhy(dohOf(setUp), args);
      const { says, saysWithCluster = says } = setUp;
      if (saysWithCluster === null) expect(json).toMatchObject({ verdict: 'found', cause: null });
      else expectTold(json, saysWithCluster);
      const finder = setUp.saysWithCluster === undefined ? says && 'edge' : 'kubernetes';
      expect(json.cause?.finder ?? null).toBe(finder);
      expect(exitCode).toBe(says === null ? 0 : 1);
    },
  );
});

describe.concurrent('for people', () => {
  test.each(setUps.filter((_, i) => i % 4 === 0))('$what: $asks', async (setUp) => {
    const { stdout, stderr, exitCode } = await askWhyAsText(dohOf(setUp), argsOf(setUp));
    const { json } = await askWhy(dohOf(setUp), argsOf(setUp));
    expect(stderr).toBe('');
    expect(exitCode).toBe(setUp.says === null ? 0 : 1);
    const lines = stdout.trimEnd().split('\n');
    // A name alone may be longer.
    expect(lines.filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
    expect(lines.filter((line) => /^--/.test(line))).toHaveLength(json.steps.filter(({ ok }) => !ok).length);
    const text = stdout.replace(/\s+/g, ' ');
    if (json.cause === null) expect(text).toContain('Nothing is in the way.');
    // How old a snapshot is has changed meanwhile.
    else if (!/age=/.test(json.cause.text))
      expect(text).toContain(`Cause: ${json.cause.text} Next: ${json.cause.next}`);
    for (const suggestion of json.suggestions) expect(lines).toContain(`  ${suggestion}`);
  });
});

describe.concurrent('to a token of one namespace', () => {
  test.each(setUps)('$what: $asks', async (setUp) => {
    const doh = dohOf({ ...setUp, asker: 'bound' });
    const { output } = await askWhy(doh, argsOf(setUp)).catch((error: Error) => ({ output: error.message }));
    expect(mentioned(others, output, `${setUp.asks} ${doh}`)).toEqual([]);
  });

  test('the search finds what another token is told', async () => {
    const { output } = await askWhy(edge.dohOf('main'), ['ledger.why-shop', '--no-machine']);
    expect(mentioned(others, output, 'ledger.why-shop')).toEqual([bank]);
  });

  test.each([
    [`ledger.${bank}`, 'ledger.why-none'],
    [`ledger-0.ledger.${bank}`, 'nobody.ledger.why-none'],
    [`${bank}.svc.cluster.local`, 'why-none.svc.cluster.local'],
  ])('%s is refused as %s is, which is not there', async (there, absent) => {
    const [a, b] = await Promise.all(
      [there, absent].map(async (name) => {
        const { output } = await askWhy(edge.dohOf('bound'), [name, '--no-machine']);
        return output.replaceAll(name, 'NAME');
      }),
    );
    expect(a).toBe(b);
    expect(a).toContain('OUT_OF_SCOPE');
  });
});

test('the agent that may not watch says which permission is missing', () => {
  expect(edge.blindAgent).toContain('may not list or watch endpointslices.discovery.k8s.io');
});

describe('on a machine of its own', () => {
  const healthy = 'queue-0.queue.why-shop';
  const text = `${healthy}.svc.cluster.local`;
  const unrouted = 'stock-0.stock.why-shop';
  const wired = ['cluster.local'];
  let machine: LonelyMachine;
  let address: string;

  beforeAll(async () => {
    address = await addressOf(objects, shop, 'queue-0');
    machine = await LonelyMachine.start(edge.dohOf('main'), directory, [address]);
  });
  afterAll(() => machine?.close());

  async function expectMachine(why: Promise<Why>, expected: Told): Promise<void> {
    const { json, exitCode } = await why;
    expectTold(json, expected);
    expect([json.cause?.finder, exitCode]).toEqual(['machine', 1]);
  }

  test('it asks the stub, and has a route', async () => {
    const { json, exitCode } = await machine.why([healthy], { resolver: 'stub' });
    expect(json).toMatchObject({ verdict: 'found', cause: null });
    expect(json.steps.slice(-2).map(({ step, ok }) => `${step} ${ok}`)).toEqual(['resolver true', 'route true']);
    expect(json.steps.at(-1)?.text).toContain(address);
    expect(exitCode).toBe(0);
  });

  test('it takes connections', async () => {
    const { json, exitCode } = await machine.why([healthy, '--connect', String(pagePort)], { resolver: 'stub' });
    expect(json.steps.at(-1)).toEqual({ step: 'connect', ok: true, text: `${address}:${pagePort} takes connections` });
    expect([json.cause, exitCode]).toEqual([null, 0]);
  });

  test('nothing sends .local to the edge', async () => {
    const expected = told('LOCAL_NOT_ROUTED', 'Nothing sends cluster.local', 'kube-doh dns install');
    await expectMachine(machine.why([healthy], { resolver: 'nobody' }), expected);
  });

  test('nothing sends the alias zone to the edge', async () => {
    const expected = told('NOT_WIRED', 'Nothing sends main.k8s.example', 'kube-doh dns install');
    await expectMachine(machine.why([`${healthy}.svc.main.k8s.example`], { resolver: 'nobody' }), expected);
  });

  test('other zones are wired', async () => {
    const expected = told('ZONE_NOT_WIRED', 'asks the edge for main.k8s.example, and not for cluster.local', 'Wire it');
    await expectMachine(machine.why([healthy], { resolver: 'nobody', wired: ['main.k8s.example'] }), expected);
  });

  test('the hosts file has another address', async () => {
    const expected = told('HOSTS_FILE', `another address for ${text}: 192.0.2.77`, 'Correct or remove its line');
    await expectMachine(machine.why([healthy], { resolver: 'stub', hosts: [`192.0.2.77 ${text}`] }), expected);
  });

  test('the address is not routed', async () => {
    const expected = told('NO_ROUTE', 'no route to 10.244. … DNS is not routing', 'Connect the VPN');
    await expectMachine(machine.why([unrouted], { resolver: 'stub' }), expected);
  });

  test('nobody listens there', async () => {
    const expected = told('CONNECTION_REFUSED', `${address} refuses connections to port 9`, 'Check the port');
    await expectMachine(machine.why([healthy, '--connect', '9'], { resolver: 'stub' }), expected);
  });

  test('an ExternalName to nothing elsewhere', async () => {
    const expected = told('TARGET_NOT_FOUND', 'does not find api.vendor.example', 'correct the externalName');
    await expectMachine(machine.why(['vendor.why-shop'], { resolver: 'stub' }), expected);
  });

  test('an ExternalName to something elsewhere', async () => {
    const hosts = [`${address} api.vendor.example`, `${address} vendor.why-shop.svc.cluster.local`];
    const { json, exitCode } = await machine.why(['vendor.why-shop'], { resolver: 'stub', hosts });
    expect([json.cause, json.verdict, exitCode]).toEqual([null, 'found', 0]);
  });

  test('what is remembered as absent', async () => {
    const late = 'late.why-shop';
    const expected = told('STUB_REMEMBERS', `The stub at 127.0.0.2:53 remembers that ${late}`, 'start the stub anew');
    await machine.noteAbsence(`${late}.svc.cluster.local`);
    await objects.apply([service(shop, 'late', { selector: { app: 'late' } })]);
    await edge.publish('main');
    const isThere = async () => (await askWhy(edge.dohOf('main'), [late, '--no-machine'])).exitCode === 0;
    await waitUntil(`${late} to be answered`, isThere, { timeoutSeconds: 10 });
    await expectMachine(machine.why([late], { resolver: 'cache', wired }), expected);

    // The stub has forgotten it, and whoever asks the stub has not.
    await machine.startStub();
    const cached = told('NEGATIVE_CACHE', 'The stub … knows late.why-shop … this machine remembers', 'Flush its cache');
    await expectMachine(machine.why([late], { resolver: 'cache', wired }), cached);
  });

  test('the stub is away', async () => {
    await machine.stopStub();
    const expected = told('WIRING_BROKEN', 'no stub answers at 127.0.0.2:53', 'kube-doh dns status');
    await expectMachine(machine.why([unrouted], { resolver: 'stub', wired }), expected);
  });
});
