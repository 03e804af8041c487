/** gRPC: a target names its own name server. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { hostAndPort } from '../setup.ts';

export const grpc: PlainRecipe = {
  summary: 'gRPC, through the stub: a target that names it',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'Go and C++ (and what is built on it) take a name server in the target; Java and Node take none.',
      'With a headless Service and the policy "round_robin" every pod gets calls. It asks again at most every 30 seconds.',
    ],
    use: ['SERVICE.NAMESPACE and PORT are yours'],
    verify: ['GRPC_GO_LOG_SEVERITY_LEVEL=info, GRPC_TRACE=cares_resolver: the addresses stand in the log'],
    undo: ['the target without "//.../"'],
    body: zones.map((zone) => `dns://${hostAndPort(stub)}/SERVICE.NAMESPACE.svc.${zone}:PORT`).join('\n'),
  }),
};
