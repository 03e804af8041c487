/**
 * Objects in, zones out. Every folder of fixtures/ is a case:
 *
 *     objects.yaml     the objects of a cluster, as the API gives them
 *     options.yaml     the agent's flags, where they are not the defaults
 *     zone.txt         the whole zone that the objects make
 *     clusterset.txt   the whole zone of multi-cluster Services, where there is one
 *     problems.txt     what the agent says is wrong with the objects, where something is
 *
 * In the zones names are relative to the zone, and a name that exists without records is a comment.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flatten } from '../../../zone/flat.ts';
import { formatZone } from '../../../zone/text.ts';
import { readCase } from './read-case.ts';
import { recordsOfCluster } from './whole-cluster.ts';

const fixtures = new URL('fixtures/', import.meta.url);

describe('the zones of', () => {
  test.for(readdirSync(fixtures).sort())('%s', (name) => {
    const read = (file: string): string => {
      const url = new URL(`${name}/${file}`, fixtures);
      return existsSync(url) ? readFileSync(url, 'utf8') : '';
    };
    const { options, cluster, problems } = readCase(read('options.yaml'), read('objects.yaml'));
    const records = recordsOfCluster(cluster, options);
    expect(formatZone(flatten(records.cluster))).toBe(read('zone.txt'));
    expect(records.clusterset.length === 0 ? '' : formatZone(flatten(records.clusterset))).toBe(read('clusterset.txt'));
    const lines = [...problems, ...records.problems].map(({ object, reason }) => `${object}: ${reason}\n`);
    expect(lines.join('')).toBe(read('problems.txt'));
  });

  test.for(readdirSync(fixtures))('%s are explained', (name) => {
    expect(readFileSync(new URL(`${name}/objects.yaml`, fixtures), 'utf8')).toMatch(/^# \S/);
  });
});
