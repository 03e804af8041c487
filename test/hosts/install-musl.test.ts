/** `kube-doh dns install` with musl, which would ask the old name server beside the stub: the stub is the only one. */
import { inject } from 'vitest';
import { testsOf } from './host-tests.ts';
import { installBeside, uninstall } from './installed.ts';
import { musl } from './kinds.ts';

testsOf({ ...musl(inject('scene'), 12), setUp: installBeside, undo: uninstall });
