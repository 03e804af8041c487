import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { profilesPath } from '../../../client/profiles/profiles-path.ts';

test.for<[NodeJS.ProcessEnv, NodeJS.Platform, string]>([
  [{ HOME: '/home/me' }, 'linux', '/home/me/.config/kube-doh/profiles.json'],
  [{ HOME: '/Users/me' }, 'darwin', '/Users/me/.config/kube-doh/profiles.json'],
  [{ HOME: '/home/me', XDG_CONFIG_HOME: '/configuration' }, 'linux', '/configuration/kube-doh/profiles.json'],
  [{ HOME: '/home/me', XDG_CONFIG_HOME: 'relative' }, 'linux', '/home/me/.config/kube-doh/profiles.json'],
  [{ HOME: '/home/me', XDG_CONFIG_HOME: '' }, 'linux', '/home/me/.config/kube-doh/profiles.json'],
  [{ HOME: '/home/me', KUBE_DOH_PROFILES: '/etc/profiles' }, 'linux', '/etc/profiles'],
  [{ HOME: '/home/me', KUBE_DOH_PROFILES: 'profiles' }, 'linux', resolve('profiles')],
  [{ HOME: '/home/me', KUBE_DOH_PROFILES: '' }, 'linux', '/home/me/.config/kube-doh/profiles.json'],
  [{}, 'linux', `${homedir()}/.config/kube-doh/profiles.json`],
  [{ APPDATA: '/Roaming', XDG_CONFIG_HOME: '/x' }, 'win32', '/Roaming/kube-doh/profiles.json'],
])('%j on %s: %s', ([environment, platform, path]) => {
  expect(profilesPath(environment, platform)).toBe(path);
});
