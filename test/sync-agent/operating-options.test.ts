import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { agentOptions } from '../../sync-agent/configuration/agent-options.ts';
import { readFlags } from '../../sync-agent/configuration/flags.ts';
import { decided } from '../../sync-agent/configuration/option.ts';
import { leaseProblems } from '../../sync-agent/leader/election.ts';
import { type OperatingSettings, readOperatingOptions } from '../../sync-agent/operating-options.ts';
import { readPublishingOptions } from '../../sync-agent/options.ts';
import { FlagChecks, UsageError } from '../../sync-agent/usage.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';

const inCluster = { cluster: 'prod' as ClusterId, isInCluster: true };
const outside = { cluster: 'prod' as ClusterId, isInCluster: false };

function read(around: typeof inCluster, ...args: readonly string[]): OperatingSettings {
  const checks = new FlagChecks();
  const { given } = readFlags(agentOptions, ['--key', 'agent.pem', ...args], 'agent --help', checks);
  const settings = readOperatingOptions(decided(agentOptions, [given]), around, checks);
  if (settings === undefined) throw checks.error();
  return settings;
}

function refusal(...args: readonly string[]): string {
  try {
    read(outside, ...args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

const times = { durationMilliseconds: 15_000, renewDeadlineMilliseconds: 10_000, retryMilliseconds: 2000 };

test('in the cluster a leader is elected, and the log is JSON', () => {
  expect(read(inCluster)).toEqual({
    keyPath: 'agent.pem',
    election: { leaseName: 'kube-doh-prod', leaseNamespace: undefined, ...times },
    writesEvents: true,
    isDryRun: false,
    isOnce: false,
    listen: undefined,
    logFormat: 'json',
    logLevel: 'info',
  });
});

test('outside nobody is elected, and the log is text', () => {
  expect(read(outside)).toMatchObject({ election: undefined, logFormat: 'text' });
});

describe('each option is taken', () => {
  test.for([
    [inCluster, ['--no-leader-elect'], { election: undefined }],
    [outside, ['--leader-elect'], { election: { leaseName: 'kube-doh-prod', leaseNamespace: 'default', ...times } }],
    [inCluster, ['--lease-name', 'a.b'], { election: { leaseName: 'a.b' } }],
    [inCluster, ['--lease-namespace', 'dns'], { election: { leaseNamespace: 'dns' } }],
    [
      inCluster,
      ['--lease-duration', '1.5', '--lease-renew-deadline', '1', '--lease-retry', '0.25'],
      { election: { durationMilliseconds: 1500, renewDeadlineMilliseconds: 1000, retryMilliseconds: 250 } },
    ],
    [inCluster, ['--no-events'], { writesEvents: false }],
    [inCluster, ['--once'], { isOnce: true, isDryRun: false, election: { leaseName: 'kube-doh-prod' } }],
    [
      inCluster,
      ['--dry-run', '--leader-elect', '--events'],
      { isDryRun: true, election: undefined, writesEvents: false },
    ],
    [inCluster, ['--listen', '0.0.0.0:9090'], { listen: { host: '0.0.0.0', port: 9090 } }],
    [inCluster, ['--listen', '[::]:0'], { listen: { host: '::', port: 0 } }],
    [inCluster, ['--log-format', 'text', '--log-level', 'warn'], { logFormat: 'text', logLevel: 'warn' }],
    [outside, ['--log-format', 'json'], { logFormat: 'json' }],
  ] as const)('%j %j', ([around, args, settings]) => {
    expect(read(around, ...args)).toMatchObject(settings);
  });
});

describe('a wrong one is named', () => {
  const leaseTimes = 'is not a number of seconds from 0.1 to 600';
  test.for([
    [['--key', ''], '--key is missing: pass the path of the private key; "kube-doh key new FILE" makes one'],
    [['--lease-retry', '0'], `--lease-retry "0" ${leaseTimes}`],
    [['--lease-retry', '0.0001'], `--lease-retry "0.0001" ${leaseTimes}`],
    [['--lease-duration', '601'], `--lease-duration "601" ${leaseTimes}`],
    [['--lease-duration', '15s'], `--lease-duration "15s" ${leaseTimes}`],
    [['--lease-duration', '10'], '--lease-duration 10 is not longer than --lease-renew-deadline 10'],
    [['--lease-duration', '10.001'], 'accepted'],
    [['--lease-renew-deadline', '15'], '--lease-duration 15 is not longer than --lease-renew-deadline 15'],
    [['--lease-renew-deadline', '2.4'], '--lease-renew-deadline 2.4 is not longer than 1.2 times --lease-retry 2'],
    [['--lease-renew-deadline', '2.41'], 'accepted'],
    [['--lease-name', ''], '--lease-name "" is not the name of an object, such as kube-doh-prod'],
    [['--lease-name', 'A'], '--lease-name "A" is not the name of an object, such as kube-doh-prod'],
    [['--lease-namespace', 'a.b'], `--lease-namespace "a.b" is not a namespace's name`],
    [['--dry-run', '--once'], 'accepted'],
    [['--listen', '9090'], '--listen "9090" is not HOST:PORT, such as 127.0.0.1:9090 or [::]:9090'],
    [['--listen', ':9090'], '--listen ":9090" is not HOST:PORT, such as 127.0.0.1:9090 or [::]:9090'],
    [['--listen', 'a:65536'], '--listen "a:65536" is not HOST:PORT, such as 127.0.0.1:9090 or [::]:9090'],
    [['--log-format', 'xml'], '--log-format "xml" is not text or json'],
    [['--log-level', 'debug'], '--log-level "debug" is not info, warn or error'],
  ] as const)('%j', ([args, line]) => {
    expect(refusal(...args)).toBe(line);
  });

  test('a cluster whose id makes no name of a Lease needs one', () => {
    const around = { ...inCluster, cluster: 'prod-' as ClusterId };
    expect(() => read(around)).toThrow('--lease-name "kube-doh-prod-" is not the name of an object');
    expect(read(around, '--lease-name', 'x').election).toMatchObject({ leaseName: 'x' });
  });

  test('a key in the place of its path is refused and not repeated', () => {
    const line = refusal('--key', '-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----');
    expect(line).not.toContain('MC4CAQ');
    expect(refusal('--key=-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----')).toBe(
      '--key holds a key; pass the path of a file with it, which others cannot read',
    );
  });

  const { privateKey } = generateKeyPairSync('ed25519');
  const octets = privateKey.export({ type: 'pkcs8', format: 'der' });
  const seed = octets.subarray(-32);
  test.for([
    ['base64', octets.toString('base64')],
    ['base64url', octets.toString('base64url')],
    ['base64 of the seed', seed.toString('base64')],
    ['hexadecimal digits', seed.toString('hex')],
  ] as const)('so is one in %s', ([, text]) => {
    const line = '--key holds a key; pass the path of a file with it, which others cannot read';
    expect(refusal(`--key=${text}`)).toBe(line);
  });

  test.for(['agent.pem', '/var/run/secrets/kube-doh/key', 'M', 'keys/MC4CAQ'])('"%s" is a path', (path) => {
    expect(read(inCluster, '--key', path).keyPath).toBe(path);
  });
});

test('what is accepted makes an election that works', () => {
  const { election } = read(
    outside,
    '--leader-elect',
    '--lease-duration',
    '600',
    '--lease-renew-deadline',
    '0.13',
    '--lease-retry',
    '0.1',
  );
  const { leaseName: name, leaseNamespace: namespace, ...others } = election!;
  expect(leaseProblems({ name, namespace: namespace!, identity: 'a', ...others })).toEqual([]);
});

describe('what guards the publishes', () => {
  test.for([
    [
      [],
      {
        guard: { percent: 50, holdMilliseconds: 600_000, allowsDeletions: false },
        visibilityProbeMilliseconds: 30_000,
      },
    ],
    [['--deletion-guard', '100', '--deletion-guard-hold', '1'], { guard: { percent: 100, holdMilliseconds: 1000 } }],
    [['--allow-deletions'], { guard: { allowsDeletions: true } }],
    [['--visibility-probe', '0'], { visibilityProbeMilliseconds: undefined }],
  ] as const)('%j', ([args, settings]) => {
    const checks = new FlagChecks();
    const { given } = readFlags(agentOptions, args, 'agent --help', checks);
    expect(readPublishingOptions(decided(agentOptions, [given]), checks)).toMatchObject(settings);
  });
});
