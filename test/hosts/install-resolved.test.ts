/** `kube-doh dns install` on a machine with systemd-resolved, of a release before 258. */
import { inject } from 'vitest';
import { testsOf } from './host-tests.ts';
import { installService, uninstall } from './installed.ts';
import { resolved } from './kinds.ts';

testsOf({ ...resolved(inject('scene'), 15), setUp: (host) => installService(host, 'resolved'), undo: uninstall });
