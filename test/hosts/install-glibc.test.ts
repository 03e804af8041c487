/** `kube-doh dns install` where nothing starts services: glibc with nss-mdns, with the stub as the only name server. */
import { inject } from 'vitest';
import { testsOf } from './host-tests.ts';
import { installBeside, uninstall } from './installed.ts';
import { glibc } from './kinds.ts';

testsOf({ ...glibc(inject('scene'), 11), setUp: installBeside, undo: uninstall });
