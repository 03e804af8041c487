/** Configurations, read by the programs that they are for. A program that is not here is named, and its test is skipped. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSetup } from '../../../client/recipes/setup.ts';
import type { Target } from '../../../client/recipes/table.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { loopbackStub, prod, staging } from './example-profiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'kube-doh-recipes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Under Debian, servers lie where a user's PATH does not lead. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };

/** Undefined, and one line that says so, when it is not installed. */
function find(program: string, debianPackage: string): string | undefined {
  const path = spawnSync('sh', ['-c', `command -v ${program}`], { env, encoding: 'utf8' }).stdout.trim();
  if (path !== '') return path;
  process.stdout.write(
    `skipped: ${program} is not here (apt-get install ${debianPackage}); its configuration is not checked\n`,
  );
  return undefined;
}

function file(target: Target, profiles = [prod, staging]): string {
  const path = join(folder, `${target}-${profiles.length}`);
  writeFileSync(path, writeRecipe(target, readSetup(profiles, loopbackStub)).text);
  return path;
}

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

function run(program: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

const dnsmasq = find('dnsmasq', 'dnsmasq-base');
describe.skipIf(dnsmasq === undefined)('dnsmasq --test', () => {
  test.each(['dnsmasq', 'networkmanager'] as const)('takes what is for %s', (target) => {
    const ran = run(dnsmasq!, '--test', `--conf-file=${file(target)}`);
    expect(ran).toEqual({ status: 0, output: expect.stringContaining('syntax check OK') });
  });

  test('does not take everything', () => {
    const path = join(folder, 'not-dnsmasq');
    writeFileSync(path, 'server=/cluster.local/127.0.0.1#port\n');
    expect(run(dnsmasq!, '--test', `--conf-file=${path}`).status).not.toBe(0);
  });
});

const unboundCheckconf = find('unbound-checkconf', 'unbound');
describe.skipIf(unboundCheckconf === undefined)('unbound-checkconf', () => {
  function check(configuration: string): Ran {
    const path = join(folder, 'unbound.conf');
    const own = `server:\n    chroot: ""\n    directory: "${folder}"\n    username: ""\n    pidfile: ""\n`;
    writeFileSync(path, `${own}include: "${configuration}"\n`);
    return run(unboundCheckconf!, path);
  }

  test('takes what is for unbound', () => {
    expect(check(file('unbound'))).toEqual({ status: 0, output: expect.stringContaining('no errors') });
  });

  test('does not take everything', () => {
    const path = join(folder, 'not-unbound');
    writeFileSync(path, 'forward-zone:\n    name: "a..b"\n    forward-addr: nobody\n');
    expect(check(path).status).not.toBe(0);
  });
});

const python = find('python3', 'python3');
describe.skipIf(python === undefined)('python3', () => {
  test('reads the profile for apple as a property list', () => {
    const script = 'import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))';
    const profile = JSON.parse(execFileSync(python!, ['-I', '-c', script, file('apple')], { encoding: 'utf8' }));
    expect(profile).toMatchObject({ PayloadType: 'Configuration', PayloadVersion: 1, PayloadScope: 'System' });
    const payloads: Readonly<Record<string, unknown>>[] = profile.PayloadContent;
    expect(payloads.map(({ DNSSettings }) => DNSSettings)).toEqual([
      {
        DNSProtocol: 'HTTPS',
        ServerURL: `https://dns.example.com/t/${prod.token}/c/prod/dns-query`,
        SupplementalMatchDomains: ['prod.k8s.example.com'],
      },
      {
        DNSProtocol: 'HTTPS',
        ServerURL: `https://dns.example.net:8443/t/${staging.token}/dns-query`,
        SupplementalMatchDomains: ['staging.k8s.example.com'],
      },
    ]);
    const uuids = [profile.PayloadUUID, ...payloads.map(({ PayloadUUID }) => PayloadUUID)];
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
    expect(new Set(uuids).size).toBe(3);
  });

  test('reads the resolver for python as Python', () => {
    expect(run(python!, '-I', '-m', 'py_compile', file('python'))).toEqual({ status: 0, output: '' });
  });

  test('reads the file for dnscrypt-proxy as TOML', () => {
    const script = 'import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))))';
    const read = run(python!, '-I', '-c', script, file('dnscrypt-proxy', [prod]));
    expect(JSON.parse(read.output)).toMatchObject({ server_names: ['kube-doh'], block_undelegated: false });
  });
});

describe('sh', () => {
  test.each(['apple-resolver', 'kdig'] as const)('takes what is for %s', (target) => {
    expect(run('sh', '-n', file(target))).toEqual({ status: 0, output: '' });
  });
});

test('Node takes what is for node', () => {
  const path = `${file('node')}.mjs`;
  writeFileSync(path, writeRecipe('node', readSetup([prod], loopbackStub)).text);
  expect(run(process.execPath, '--check', path)).toEqual({ status: 0, output: '' });
});

const gofmt = find('gofmt', 'golang-go');
test.skipIf(gofmt === undefined)('gofmt takes what is for go', () => {
  const path = join(folder, 'resolver.go');
  writeFileSync(path, `package main\n\n${writeRecipe('go', readSetup([prod], loopbackStub)).text}`);
  // It lists files that it would format otherwise.
  expect(run(gofmt!, '-l', path)).toEqual({ status: 0, output: '' });
});

const javac = find('javac', 'default-jdk-headless');
test.skipIf(javac === undefined)('javac takes what is for java', () => {
  const path = join(folder, 'ClusterDns.java');
  writeFileSync(path, writeRecipe('java', readSetup([prod], loopbackStub)).text);
  expect(run(javac!, '-d', folder, path)).toEqual({ status: 0, output: '' });
});
