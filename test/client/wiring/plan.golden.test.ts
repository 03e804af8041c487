/** What an install does on systems that are not here, made from their documentation: resolver(5), launchd.plist(5), systemd. */
import { describe, expect, test } from 'vitest';
import { describePlan } from '../../../client/wiring/describe.ts';
import type { HostFacts } from '../../../client/wiring/facts.ts';
import { type Plan, planInstall } from '../../../client/wiring/plan.ts';
import type { WiringSettings } from '../../../client/wiring/settings.ts';
import { factsOf, macos, settingsOf, systemd258, windows } from './facts-of.ts';

const hosts: readonly (readonly [string, HostFacts, WiringSettings])[] = [
  ['macos', macos, settingsOf({ service: { profilesFile: '/Users/ada/.config/kube-doh/profiles.json' } })],
  [
    'windows',
    windows,
    settingsOf({ service: { profilesFile: 'C:\\Users\\ada\\AppData\\Roaming\\kube-doh\\profiles.json' } }),
  ],
  ['systemd-258', systemd258, settingsOf()],
  [
    'systemd-252',
    factsOf({
      caller: 'ada',
      init: { kind: 'systemd', version: 252 },
      resolved: { version: 252, globalServers: ['192.0.2.1', '[2001:db8::1]:5353'], asksOverTlsOnly: false },
      resolvConf: { kind: 'symlink', target: '/run/systemd/resolve/stub-resolv.conf', text: 'nameserver 127.0.0.53\n' },
      launcherIsPublic: false,
      launcher: ['/home/ada/.nvm/node', '/home/ada/kube doh/client/start.mjs'],
    }),
    settingsOf(),
  ],
  [
    'resolv-conf',
    factsOf({
      init: { kind: 'systemd', version: 252 },
      resolvConf: {
        kind: 'file',
        text: 'search example.com\nnameserver 192.0.2.1\nnameserver 192.0.2.2\noptions edns0\n',
      },
    }),
    settingsOf(),
  ],
  [
    'networkmanager',
    factsOf({ networkManager: { usesDnsmasq: true }, resolvConf: { kind: 'file', text: 'nameserver 127.0.0.1\n' } }),
    settingsOf({ service: undefined }),
  ],
  [
    'unbound',
    factsOf({
      unbound: { isRunning: true, readsFolder: true, processId: 42 },
      resolvConf: { kind: 'file', text: 'nameserver 127.0.0.1\n' },
    }),
    settingsOf(),
  ],
];

describe.each(hosts)('%s', (name, facts, settings) => {
  const plan = planInstall(facts, settings) as Plan;

  test('the plan is as in the golden file', async () => {
    await expect(describePlan(plan, facts)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('the first line of every file says whose it is, and how to undo it', () => {
    const files = plan.steps.flatMap((step) => (step.kind === 'file' || step.kind === 'edit' ? [step.content] : []));
    expect(files.length > 0 || name === 'windows').toBe(true);
    for (const content of files)
      expect(content.split('\n')[0]).toMatch(/Written by kube-doh; "kube-doh dns uninstall" /);
  });
});
