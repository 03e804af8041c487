/** The steps from a question to the name that it is about, and what is said of each. Pure. */
import type { OpenedForwardZone } from '../../zone/image/open.ts';
import { labelsOf, type Name, type RelativeName, relativeTo } from '../../zone/name.ts';
import { ageOf } from '../answers/age.ts';
import { isNameInScope, type Scope } from '../answers/scope.ts';
import { matchZone } from '../answers/zone-match.ts';
import { zoneText } from '../clusters/registration.ts';
import type { Case, Finding } from './examine.ts';
import { maxSuggestions, misspelledZone, suggestions } from './suggestions.ts';

export function zoneStep({ name, text, cluster, zones, allZones, found, served, view }: Case): Finding {
  if (zones === undefined) {
    const what =
      cluster === undefined ? 'no cluster is named, and none is the default' : `cluster ${cluster} is not registered`;
    return fatal('CLUSTER_UNKNOWN', what, 'Register the cluster, or name another one with cluster=ID.');
  }
  const zone = innermost(name, zones);
  if (zone !== undefined) return { text: `the zone ${shown(zone)} belongs to cluster ${cluster}` };
  const isRefused = found.kind === 'error' && found.extendedError?.code === 'Not Authoritative';
  const isElsewhere = found.kind === 'forward' || (isRefused && served.kind === 'live');
  if (isOfAddress(name) && !isElsewhere) return { text: 'names of addresses are answered from what is published' };
  if (found.kind === 'records' && found.answer.length > 0) {
    return { text: `the name ${text} is in no zone, and this endpoint itself answers it`, ends: true };
  }
  const other = innermost(name, allZones);
  if (other !== undefined) {
    const what = `the zone ${shown(other)} is not of cluster ${cluster}, but of another of this credential`;
    return fatal('ZONE_OF_OTHER_CLUSTER', what, 'Ask that cluster, or leave the choice to the zone.');
  }
  const list = [...new Set(allZones.map(shown))].join(', ');
  return {
    ...fatal(
      'ZONE_UNKNOWN',
      `the name ${text} is in none of the zones ${list}`,
      'Ask for a name that ends in one of these zones.',
    ),
    suggestions: served.kind === 'live' ? nearZones(labelsOf(name), served.zones.forward, view.scope) : [],
  };
}

/** Of a name in no zone: its zone may be misspelled, or left out. */
function nearZones(labels: readonly string[], zones: readonly OpenedForwardZone[], scope: Scope): readonly string[] {
  const near = zones.flatMap((zone) => [
    ...zone.origins.flatMap((origin) => misspelledZone({ zone, origin, labels, scope })),
    ...suggestions({ zone, origin: zone.origins[0], labels, scope }),
  ]);
  return near.slice(0, maxSuggestions);
}

export function snapshotStep({ served, now, cluster }: Case): Finding {
  const fails = (code: string, what: string, next: string) => fatal(code, `cluster ${cluster} ${what}`, next);
  switch (served.kind) {
    case 'absent':
      return fails('NO_SNAPSHOT', 'has published nothing yet', 'Start its agent, or look into the log of its agent.');
    case 'retired':
      return fails('RETIRED', 'was retired', 'Start its agent, which publishes it again.');
    case 'damaged':
      return fails(
        'DAMAGED_SNAPSHOT',
        'has a snapshot that failed its checks',
        'Restart its agent, which publishes a newer one.',
      );
    case 'unreachable':
      return fails('SNAPSHOT_UNREACHABLE', 'has a snapshot that could not be read', 'Try again in a minute.');
    case 'live': {
      const age = ageOf(served, now);
      if (age.kind === 'fresh') return { text: 'the snapshot is fresh' };
      const isExpired = age.kind === 'expired';
      const what = `published its last snapshot too long ago (${age.text})`;
      const next = 'See that its agent runs, and that it reaches this endpoint and the API server.';
      return { ...fails(isExpired ? 'EXPIRED' : 'STALE', what, next), ends: isExpired };
    }
  }
}

/** By the name alone, so that it never tells what exists. */
export function scopeStep({ name, text, query, zones, found, served, view }: Case): Finding {
  const zone = innermost(name, zones ?? []);
  const match = served.kind === 'live' ? matchZone(served.zones.forward, query) : undefined;
  if (match === undefined && zone !== undefined) {
    const what = `the zone ${shown(zone)} is registered, and the agent does not publish it`;
    return fatal('ZONE_NOT_PUBLISHED', what, 'Start the agent with this zone as --zone or --alias.');
  }
  const next = 'Ask for a name in its namespaces, or use another credential.';
  const { scope } = view;
  const below = name.slice(0, match?.originOffset) as RelativeName;
  if (match !== undefined && !isNameInScope(scope, below)) {
    const origin = name.slice(match.originOffset) as Name;
    const near = suggestions({ zone: match.zone, origin, labels: labelsOf(below), scope });
    return { ...fatal('OUT_OF_SCOPE', `this credential is not for ${text}`, next), suggestions: near };
  }
  if (found.kind !== 'error') return { text: `this credential is for ${text}` };
  const what = match === undefined ? text : `the name to which ${text} leads`;
  return fatal('OUT_OF_SCOPE', `this credential is not for ${what}`, next);
}

/** As it stands in a sentence. */
export function shown(name: Name): string {
  return zoneText(name) || '.';
}

/** What ends the search. */
export function fatal(code: string, text: string, next: string): Finding {
  return { text, cause: { code, text: `${text}.`.replace(/^./, (letter) => letter.toUpperCase()), next }, ends: true };
}

function innermost(name: Name, zones: readonly Name[]): Name | undefined {
  const around = zones.filter((zone) => relativeTo(name, zone) !== undefined);
  return around.sort((a, b) => b.length - a.length)[0];
}

function isOfAddress(name: Name): boolean {
  return name.endsWith('\x07in-addr\x04arpa\0') || name.endsWith('\x03ip6\x04arpa\0');
}
