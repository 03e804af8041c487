/** Compose: the name server of a service. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const compose: PlainRecipe = {
  summary: 'Compose, with a stub that containers reach',
  way: 'stub for others',
  scope: 'all zones',
  comment: hash,
  write: (zones, { stub }) => ({
    remarks: [
      'Names of other services go on working: Docker answers those itself, and asks the servers of "dns" for the rest. So on the host,',
      `at the address of the bridge: kube-doh dns --listen ${hostAndPort(stub)} --allow 172.16.0.0/12 --upstream system`,
      'For a few names and no stub: "kube-doh hosts SERVICE.NAMESPACE --format compose".',
    ],
    use: ['compose.override.yaml, with the names of your services in the place of "app"; then docker compose up'],
    verify: [`docker compose exec app getent hosts ${exampleName(zones[0])}`],
    undo: ['delete the file; docker compose up'],
    body: `services:
  app:
    dns:
      - "${stub.host}"`,
  }),
};
