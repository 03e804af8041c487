/** The targets of `kube-doh config`, as its help lists them. Pure. */
import type { Recipe } from '../../recipes/recipe.ts';
import { recipes, targets } from '../../recipes/table.ts';
import { tableOf } from '../table.ts';

const zoneWords: Readonly<Record<Recipe['scope'], string>> = {
  'all zones': 'all',
  'outside .local': 'not .local',
  'no names': '-',
};

/** A table: the target, what it is, where it asks, for which zones, and whether a token is in it. */
export function targetLines(): readonly string[] {
  const rows = targets.map((target) => {
    const { summary, way, scope }: Recipe = recipes[target];
    return [target, summary, way, zoneWords[scope], way === 'edge' ? 'yes' : 'no'];
  });
  return [
    ...tableOf(['TARGET', 'WHAT', 'ASKS', 'ZONES', 'SECRET'], rows),
    '',
    'A stub for others listens at port 53 of an address that they reach: "kube-doh dns --listen ADDRESS:53 --allow RANGE".',
  ];
}
