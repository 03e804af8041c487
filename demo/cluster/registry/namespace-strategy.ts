/** Rules for writing Namespaces. */
import type { Namespace } from '../types.ts';
import type { Strategy } from './strategy.ts';

export const namespaceStrategy: Strategy<Namespace> = {
  prepare: (_body, _reader, previous) => ({
    spec: { finalizers: ['kubernetes'] },
    status: previous?.status ?? { phase: 'Active' },
  }),
};
