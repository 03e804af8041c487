/** `kube-doh dns install` on a machine with systemd and unbound. */
import { inject } from 'vitest';
import { testsOf } from './host-tests.ts';
import { installService, uninstall } from './installed.ts';
import { unbound } from './kinds.ts';

testsOf({ ...unbound(inject('scene'), 14), setUp: (host) => installService(host, 'unbound'), undo: uninstall });
