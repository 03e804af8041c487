/** resolv.conf(5): the stub as the only name server. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName } from '../setup.ts';

export const resolvConf: PlainRecipe = {
  summary: 'a plain /etc/resolv.conf: the stub as the only name server',
  way: 'stub at port 53',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'Everything is asked of the stub: let it send other names on with "kube-doh dns --upstream ADDRESS". When it ends, nothing resolves.',
      'A second name server does not help: glibc asks it only after a timeout, and musl asks both and takes the first answer.',
    ],
    use: ['/etc/resolv.conf, after "sudo cp /etc/resolv.conf /etc/resolv.conf.before-kube-doh"'],
    verify: [`getent hosts ${exampleName(zones[0])}`],
    undo: ['sudo cp /etc/resolv.conf.before-kube-doh /etc/resolv.conf'],
    body: `nameserver ${stub.host}`,
  }),
};
