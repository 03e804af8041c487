/** Uptime Kuma: monitors of the kind HTTP(s). It reads no files, so this says what its form gets. */
import { slashes } from '../comment.ts';
import { tokenRemarks } from '../health/token-place.ts';
import { readyUrl, serviceOf, snapshotUrl } from '../health/watched.ts';
import type { HealthRecipe } from '../recipe.ts';
import type { Edge } from '../setup.ts';

export const uptimeKuma: HealthRecipe = {
  summary: 'monitors of Uptime Kuma: enough ready pods, a fresh snapshot',
  way: 'edge, own token',
  namesAuthority: false,
  scope: 'no names',
  watches: 'one service',
  comment: slashes,
  write: (edge, watched) => {
    const service = serviceOf(watched);
    const snapshot = monitor(edge, `${edge.cluster}: snapshot`, snapshotUrl(edge));
    const ready =
      service === undefined
        ? []
        : [monitor(edge, `${edge.cluster}: ${service.namespace}/${service.service}`, readyUrl(edge, service))];
    return {
      remarks: [
        ...tokenRemarks(edge, 'the field Headers, in the place of TOKEN'),
        ...(edge.authorityFile === undefined ? [] : ['NODE_EXTRA_CA_CERTS in its environment names that authority.']),
        ...(service === undefined ? ['--namespace NS --service NAME --min-ready N adds a check of one Service.'] : []),
      ],
      use: [
        'Add New Monitor, of the type HTTP(s): the members are the fields of the form, by their names in its database',
        'or through a client of its API, which takes each of them as a monitor',
      ],
      verify: ['the monitor turns green'],
      undo: ['delete it'],
      body: JSON.stringify([snapshot, ...ready], undefined, 2),
    };
  },
};

function monitor({ hasToken }: Edge, name: string, url: string) {
  return {
    type: 'http',
    name,
    url,
    method: 'GET',
    ...(hasToken ? { headers: JSON.stringify({ Authorization: 'Bearer TOKEN' }) } : {}),
    interval: 60,
    retryInterval: 60,
    maxretries: 1,
    maxredirects: 0,
    accepted_statuscodes: ['200'],
  };
}
