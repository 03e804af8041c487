/** `kube-doh dns install` on a machine with systemd and dnsmasq. */
import { inject } from 'vitest';
import { testsOf } from './host-tests.ts';
import { installService, uninstall } from './installed.ts';
import { dnsmasq } from './kinds.ts';

testsOf({ ...dnsmasq(inject('scene'), 13), setUp: (host) => installService(host, 'dnsmasq'), undo: uninstall });
