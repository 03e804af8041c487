/**
 * Profiles as the text of their file: JSON, in which every member is checked. An error says where, and never what stands
 * there, which may be a token. Pure.
 */
import { isAbsolute } from 'node:path';
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import type { Name } from '../../zone/name.ts';
import { parseEdge } from '../edge-url.ts';
import type { Profile } from './profile.ts';
import { isProfileName, type Profiles } from './profiles.ts';
import { isTokenText } from './token-text.ts';
import { parseZone, zoneText } from './zone-text.ts';

/** Something in the file is not what it has to be. The message is one line: the file, the member, what it has to be. */
export class ProfileFileError extends Error {
  readonly code = 'PROFILE_FILE';

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.name = 'ProfileFileError';
  }
}

type Members = Readonly<Record<string, unknown>>;

const fileMembers = ['default', 'profiles'];
const profileMembers = ['edge', 'cluster', 'token', 'zones', 'authorityFile'];
const maxShownCharacters = 40;
const advice = 'correct it, or remove the file and log in again';

/** `path` is for the error. Throws ProfileFileError. */
export function parseProfiles(text: string, path: string): Profiles {
  try {
    return profilesOf(membersOf(jsonOf(text), 'the file', fileMembers));
  } catch (error) {
    if (error instanceof Wrong) throw new ProfileFileError(path, `${error.message}; ${advice}`);
    throw error;
  }
}

/** As `parseProfiles` reads it, for people to read too. */
export function formatProfiles({ defaultName, all }: Profiles): string {
  const profiles = Object.fromEntries([...all].map(([name, profile]) => [name, profileJson(profile)]));
  return `${JSON.stringify({ default: defaultName, profiles }, undefined, 2)}\n`;
}

function profileJson({ edge, cluster, token, zones, authorityFile }: Profile): Members {
  return { edge: edge.origin, cluster, token, zones: zones.map(zoneText), authorityFile };
}

/** What is wrong, before it is known in which file. */
class Wrong extends Error {}

/** What `JSON.parse` says holds a part of the text. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = /line \d+ column \d+/.exec((error as Error).message);
    throw new Wrong(`it is no JSON${at === null ? '' : ` (${at[0]})`}`);
  }
}

function profilesOf(file: Members): Profiles {
  const all = new Map<string, Profile>();
  for (const [name, value] of Object.entries(membersOf(file['profiles'] ?? {}, '"profiles"'))) {
    if (!isProfileName(name)) throw new Wrong('a name in "profiles" is not 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-"');
    all.set(name, profileOf(name, membersOf(value, `"profiles.${name}"`, profileMembers)));
  }
  const defaultName = file['default'];
  if (defaultName === undefined) return { defaultName, all };
  if (typeof defaultName === 'string' && all.has(defaultName)) return { defaultName, all };
  throw new Wrong('"default" is not the name of one of its profiles');
}

function profileOf(name: string, members: Members): Profile {
  const at = (member: string): string => `"profiles.${name}.${member}"`;
  return {
    name,
    edge: edgeOf(members['edge'], at('edge')),
    cluster: optional(members['cluster'], (value) => clusterOf(value, at('cluster'))),
    token: optional(members['token'], (value) => tokenOf(value, at('token'))),
    zones: zonesOf(members['zones'], at('zones')),
    authorityFile: optional(members['authorityFile'], (value) => pathOf(value, at('authorityFile'))),
  };
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** `known`: no others may be there. */
function membersOf(value: unknown, where: string, known?: readonly string[]): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Wrong(`${where} is no JSON object`);
  const foreign = known && Object.keys(value).find((member) => !known.includes(member));
  if (foreign === undefined) return value as Members;
  const shown = JSON.stringify(foreign.slice(0, maxShownCharacters));
  throw new Wrong(`${where} has a member ${shown}, which is unknown: there are ${known?.join(', ')}`);
}

function edgeOf(value: unknown, where: string): URL {
  const edge = typeof value === 'string' ? parseEdge(value) : undefined;
  if (edge !== undefined) return edge;
  throw new Wrong(`${where} is not an https URL without a path, such as https://dns.example.com`);
}

function clusterOf(value: unknown, where: string): ClusterId {
  const cluster = typeof value === 'string' ? parseClusterId(value) : undefined;
  if (cluster === undefined) throw new Wrong(`${where} is no cluster's ID: that is 1 to 32 of a-z, 0-9 and "-"`);
  return cluster;
}

function tokenOf(value: unknown, where: string): string {
  if (typeof value !== 'string' || !isTokenText(value)) throw new Wrong(`${where} is not one word of ASCII`);
  return value;
}

function zonesOf(value: unknown, where: string): readonly Name[] {
  const zones = Array.isArray(value) ? value.map(parseZone) : [];
  const known = zones.filter((zone) => zone !== undefined);
  if (known.length > 0 && known.length === zones.length) return known;
  throw new Wrong(`${where} is not a list of one or more domain names below the root`);
}

function pathOf(value: unknown, where: string): string {
  if (typeof value !== 'string' || !isAbsolute(value)) throw new Wrong(`${where} is no absolute path`);
  return value;
}
