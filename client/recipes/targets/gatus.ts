/** Gatus: endpoints that are checked over HTTP. Its DNS checks know no DNS over HTTPS. */
import { hash } from '../comment.ts';
import { tokenRemarks, tokenVariable } from '../health/token-place.ts';
import { readyUrl, serviceOf, snapshotUrl } from '../health/watched.ts';
import { doubleQuoted } from '../quote.ts';
import type { HealthRecipe } from '../recipe.ts';
import type { Edge } from '../setup.ts';

export const gatus: HealthRecipe = {
  summary: 'endpoints of Gatus: enough ready pods, a fresh snapshot',
  way: 'edge, own token',
  namesAuthority: false,
  scope: 'no names',
  watches: 'one service',
  comment: hash,
  write: (edge, watched) => {
    const service = serviceOf(watched);
    return {
      remarks: [
        ...tokenRemarks(edge, `the variable ${tokenVariable} of its environment`),
        ...(edge.authorityFile === undefined ? [] : ['SSL_CERT_FILE in its environment names that authority.']),
        ...(service === undefined ? ['--namespace NS --service NAME --min-ready N adds a check of one Service.'] : []),
      ],
      use: ['merge it into the file that GATUS_CONFIG_PATH names, config/config.yaml without it'],
      verify: ['its page shows the endpoints'],
      undo: ['take them out again'],
      body: [
        'endpoints:',
        ...endpoint(edge, { group: edge.cluster, name: 'snapshot', url: snapshotUrl(edge), status: 'fresh' }),
        ...(service === undefined
          ? []
          : [
              '  # Once more for each Service that matters.',
              ...endpoint(edge, {
                group: `${edge.cluster}/${service.namespace}`,
                name: service.service,
                url: readyUrl(edge, service),
                status: 'ok',
              }),
            ]),
      ].join('\n'),
    };
  },
};

interface Endpoint {
  readonly group: string;
  readonly name: string;
  readonly url: string;
  /** The member of the body when all is well. */
  readonly status: string;
}

function endpoint({ hasToken }: Edge, { group, name, url, status }: Endpoint): readonly string[] {
  return [
    `  - name: ${doubleQuoted(name)}`,
    `    group: ${doubleQuoted(group)}`,
    `    url: ${doubleQuoted(url)}`,
    '    interval: 60s',
    ...(hasToken ? ['    headers:', `      Authorization: "Bearer \${${tokenVariable}}"`] : []),
    '    client:',
    '      ignore-redirect: true',
    '    conditions:',
    '      - "[STATUS] == 200"',
    `      - "[BODY].status == ${status}"`,
  ];
}
