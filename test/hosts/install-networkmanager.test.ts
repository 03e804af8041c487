/** `kube-doh dns install` on a machine with NetworkManager and its dnsmasq. */
import { inject } from 'vitest';
import { testsOf } from './host-tests.ts';
import { installService, uninstall } from './installed.ts';
import { networkManager } from './kinds.ts';

testsOf({
  ...networkManager(inject('scene'), 16),
  setUp: (host) => installService(host, 'networkmanager'),
  undo: uninstall,
});
