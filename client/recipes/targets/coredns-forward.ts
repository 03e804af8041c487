/** CoreDNS outside of the cluster. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const corednsForward: PlainRecipe = {
  summary: 'a CoreDNS elsewhere, through the stub',
  way: 'stub',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'From 1.14.5 on CoreDNS asks over HTTPS by itself, but at the path /dns-query alone and without headers, so without a token',
      'in either: only where the edge takes tokens in host names ("forward ZONE https://TOKEN.SUFFIX"), and from 1.14.7 on, before',
      'which it does not send the host.',
      'In a pod, 127.0.0.1 is the pod: run the stub beside CoreDNS in it, or pass --stub with the address of one for others.',
    ],
    use: ['one more block of the Corefile'],
    verify: [`dig @COREDNS ${exampleName(zones[0])}`],
    undo: ['take the block away'],
    body: `${zones.join(' ')} {
    errors
    forward . ${hostAndPort(stub)}
    cache 30
}`,
  }),
};
