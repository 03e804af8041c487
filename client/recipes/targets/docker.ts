/** Docker: one container. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const docker: PlainRecipe = {
  summary: 'Docker, with a stub that containers reach',
  way: 'stub for others',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'In a container 127.0.0.1 is the container, and Docker sends all names to the servers of --dns. So on the host, at the address',
      `of the bridge: kube-doh dns --listen ${hostAndPort(stub)} --allow 172.16.0.0/12 --upstream system`,
      'For a few names and no stub: "kube-doh hosts SERVICE.NAMESPACE --format docker".',
    ],
    use: ['IMAGE and what follows are yours'],
    verify: [`docker run --rm --dns ${stub.host} busybox nslookup ${exampleName(zones[0])}`],
    undo: ['leave --dns out'],
    body: `docker run --dns ${stub.host} IMAGE`,
  }),
};
