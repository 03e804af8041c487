/** Goes from the edge to the cluster and to this machine, and writes down what each of them says. */
import { UsageError } from '../../../sync-agent/usage.ts';
import { formatName, type Name, NameError, relativeTo } from '../../../zone/name.ts';
import { typeCodes } from '../../../zone/rrset.ts';
import { Edges } from '../../export/edges.ts';
import { type FullName, fullName } from '../../export/full-name.ts';
import { addressTypes, typeText } from '../../export/record-type.ts';
import { profileFor } from '../../export/zone-choice.ts';
import { readConnections } from '../../profiles/connection.ts';
import { DiscoveryError } from '../../profiles/discovery.ts';
import type { Profile } from '../../profiles/profile.ts';
import { zoneText } from '../../profiles/zone-text.ts';
import { askEdge, edgeCauses, refusal } from '../../why/ask-edge.ts';
import type { Explanation } from '../../why/explanation.ts';
import { mayBeRefined, refined } from '../../why/refine.ts';
import type { Report } from '../../why/report.ts';
import type { WhyCommand } from './command-line.ts';
import { lookFromHere, systemWays } from './look-from-here.ts';

/** Rejects with an error of one line when nothing can be told. */
export async function investigate(command: WhyCommand, environment: NodeJS.ProcessEnv): Promise<Report> {
  const connected = await connections(command, environment);
  if (connected.kind === 'refused') return connected.report;
  const { profiles } = connected;
  const edges = new Edges(profiles);
  try {
    return await withProfiles(command, profiles, edges);
  } finally {
    edges.close();
  }
}

async function withProfiles(command: WhyCommand, profiles: readonly Profile[], edges: Edges): Promise<Report> {
  const full = readName(command, edges.zones);
  const type = command.type ?? full.usualType;
  const { name, profile, explanation } = await explained(full, type, profiles, edges);
  const told = reportOf(formatName(name), type, profile.edge.origin, explanation);
  const zone = innermostZone(name, edges.zones);
  if (zone === undefined || told.rcode === null) return told;
  const known = await withCluster(told, command, name, zone);
  const isOfAddresses = addressTypes.includes(type);
  if (!command.looksHere || !isOfAddresses) return known;
  return await lookFromHere(known, { name, zone, ask: edges.ask, connectPort: command.connectPort }, systemWays());
}

/** Of names that a pod would ask for one after the other, the first that is there, or the first of all. */
async function explained({ name: first, others }: FullName, type: number, profiles: readonly Profile[], edges: Edges) {
  const explain = async (name: Name) => {
    const profile = profileFor(name, profiles);
    return { name, profile, explanation: await askEdge(profile, name, type, edges.ask) };
  };
  const told = await explain(first);
  if (told.explanation.rcode !== 'NXDOMAIN') return told;
  for (const name of others) {
    // It may also be out of the token's scope, which is nothing that was asked about.
    const other = await explain(name);
    if (other.explanation.rcode === 'NOERROR') return other;
  }
  return told;
}

async function withCluster(report: Report, { kubeSource }: WhyCommand, name: Name, zone: Name): Promise<Report> {
  const relative = relativeTo(name, zone);
  if (kubeSource === undefined || relative === undefined || !mayBeRefined(report)) return report;
  // It takes a while to load, and most questions do without.
  const [{ KubeConnection }, { consultCluster }] = await Promise.all([
    import('../../../sync-agent/kube/connection.ts'),
    import('../../why/kube/consult.ts'),
  ]);
  const { steps, finding } = await consultCluster(() => new KubeConnection(kubeSource), relative, zoneText(zone));
  return refined({ ...report, steps: [...report.steps, ...steps] }, finding);
}

type Connected =
  | { readonly kind: 'connected'; readonly profiles: readonly Profile[] }
  | { readonly kind: 'refused'; readonly report: Report };

/** The edge is asked for the zones where nobody named them; that it refuses is told as any other step. */
async function connections({ connection, name, type }: WhyCommand, environment: NodeJS.ProcessEnv): Promise<Connected> {
  try {
    return { kind: 'connected', profiles: await readConnections(connection, environment) };
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    if (error.code !== 'REFUSED_TOKEN' && error.code !== 'UNREACHABLE') throw error;
    const { code, message, origin } = error;
    const typed = name.endsWith('.') ? name : `${name}.`;
    const told = refusal({ code, message }, edgeCauses[code]);
    return { kind: 'refused', report: reportOf(typed, type ?? typeCodes.A, origin, told) };
  }
}

function reportOf(name: string, type: number, edge: string, explanation: Explanation): Report {
  const { cluster, rcode, records, steps, cause, suggestions } = explanation;
  return {
    name,
    type: typeText(type),
    edge,
    cluster,
    rcode,
    records: rcode === null ? null : records,
    steps,
    cause: cause && { ...cause, finder: 'edge' },
    suggestions,
  };
}

function readName({ name, namespace }: WhyCommand, zones: readonly Name[]): FullName {
  try {
    return fullName(name, zones, { namespace, takesLoneLabels: true });
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message);
    throw error;
  }
}

function innermostZone(name: Name, zones: readonly Name[]): Name | undefined {
  const above = zones.filter((zone) => relativeTo(name, zone) !== undefined);
  return above.sort((a, b) => b.length - a.length)[0];
}
