/** The cluster's own CoreDNS: alias names resolve inside as well. */
import { hash } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { RecipeError } from '../recipe-error.ts';
import { exampleName, type Setup, type Zone } from '../setup.ts';

export const corednsCluster: PlainRecipe = {
  summary: "the cluster's own CoreDNS: names of the alias resolve inside",
  way: 'cluster',
  scope: 'outside .local',
  comment: hash,
  write: (zones, setup) => {
    const ownZone = ownZoneOf(setup);
    const aliases = zones.filter((zone) => zone !== ownZone);
    if (aliases.length === 0)
      throw new RecipeError('NO_ALIAS', `coredns-cluster is for an alias of ${ownZone}, and there is none`);
    return {
      remarks: [
        'Kafka, MongoDB, etcd and their like hand out the names that they are configured with. Configure those of the alias, and let',
        'them resolve inside with this: then the same names are good inside and outside.',
        `Every record that comes back below ${ownZone} is told below the alias that was asked. Names of addresses stay in ${ownZone}.`,
        `An alias of another zone than ${ownZone}, such as that of a cluster set, needs that zone in its line instead.`,
      ],
      use: [
        `in the block of the Corefile that has "kubernetes ${ownZone}" (usually ".:53"), before other lines with "rewrite":`,
        'kubectl -n kube-system edit configmap coredns',
        'A block that is not for "." must name the alias as well. Without the plugin "reload", restart CoreDNS.',
      ],
      verify: [`in a pod: nslookup ${exampleName(aliases[0])}.`],
      undo: ['take the lines away'],
      body: aliases.map((alias) => `rewrite name suffix .${alias}. .${ownZone}. answer auto`).join('\n'),
    };
  },
};

function ownZoneOf({ edges }: Setup): Zone {
  const [edge, ...others] = edges;
  if (edge !== undefined && others.length === 0) return edge.ownZone;
  const names = edges.map(({ profile }) => profile).join(', ');
  throw new RecipeError(
    'SEVERAL_EDGES',
    `coredns-cluster is for one cluster, and there are several profiles (${names}): choose one with --profile`,
  );
}
