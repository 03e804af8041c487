/** From an edge and a token to profiles that work: which clusters and zones there are, and whether they are answered. */
import type { Name } from '../../zone/name.ts';
import { DohClient } from '../doh/doh-client.ts';
import { DohError } from '../doh/doh-error.ts';
import { readAuthority, serverOf } from '../doh/doh-server.ts';
import { DiscoveryError, discoverClusters } from './discovery.ts';
import { type Draft, LoginError, type LoginPlan, planLogin, type Wanted } from './login-plan.ts';
import type { Profile } from './profile.ts';
import { zoneText } from './zone-text.ts';

export interface LoginRequest extends Wanted {
  readonly edge: URL;
  /** Undefined when none was given. */
  readonly token: string | undefined;
  /** Asked for when the edge wants one and none was given. */
  promptToken(): Promise<string>;
  readonly authorityFile: string | undefined;
}

/** What the edge said to the question for the zone's SOA. */
export interface AskedZone {
  readonly zone: Name;
  readonly isAnswered: boolean;
  /** For people. */
  readonly said: string;
}

export interface LoggedIn {
  readonly profile: Profile;
  readonly state: Draft['state'];
  readonly asked: readonly AskedZone[];
}

export interface Login {
  readonly profiles: readonly LoggedIn[];
  readonly passedOver: readonly string[];
}

/** Rejects with an error of one line, without the token. */
export async function login(request: LoginRequest): Promise<Login> {
  const { edge, authorityFile } = request;
  const token = request.token ?? (await tokenIfWanted(request));
  const { drafts, passedOver } = await planOf(request, token);
  const profiles = drafts.map(async ({ name, cluster, zones, state }): Promise<LoggedIn> => {
    const profile = { name, edge, cluster, token, zones, authorityFile };
    return { profile, state, asked: await askZones(profile) };
  });
  const loggedIn = await Promise.all(profiles);
  for (const { state, asked } of loggedIn) if (state === undefined) refuseUnanswered(asked);
  return { profiles: loggedIn, passedOver };
}

/** Undefined where everybody is answered. */
async function tokenIfWanted({ edge, cluster, authorityFile, promptToken }: LoginRequest): Promise<string | undefined> {
  const client = new DohClient(serverOf({ edge, cluster, token: undefined, authorityFile }));
  try {
    await client.ask('.', 'NS');
    return undefined;
  } catch (error) {
    if (error instanceof DohError && error.code === 'REFUSED_TOKEN') return promptToken();
    throw error;
  } finally {
    client.close();
  }
}

async function planOf(request: LoginRequest, token: string | undefined): Promise<LoginPlan> {
  const { edge, authorityFile } = request;
  if (token === undefined) return planWithoutListing(request, `${edge.origin} answers without a token`);
  try {
    return planLogin(await discoverClusters({ edge, token, authorityPem: readAuthority(authorityFile) }), request);
  } catch (error) {
    if (!(error instanceof DiscoveryError) || error.code !== 'NO_LISTING') throw error;
    return planWithoutListing(request, `${edge.origin} does not tell which zones it has`);
  }
}

function planWithoutListing({ edge, name, cluster, zones }: LoginRequest, why: string): LoginPlan {
  if (zones.length === 0) throw new LoginError(`${why}: say which zones it has with --zone NAME`);
  const draft = { name: name ?? cluster ?? nameOfHost(edge), cluster, zones, state: undefined };
  return { drafts: [draft], passedOver: [] };
}

/** As the name of a profile. */
export function nameOfHost({ host }: URL): string {
  return host
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64);
}

async function askZones(profile: Profile): Promise<readonly AskedZone[]> {
  const client = new DohClient(serverOf(profile));
  try {
    return await Promise.all(profile.zones.map((zone) => askZone(client, zone)));
  } finally {
    client.close();
  }
}

async function askZone(client: DohClient, zone: Name): Promise<AskedZone> {
  try {
    const { rcode, packet } = await client.ask(zoneText(zone), 'SOA');
    if (rcode !== 'NOERROR') return { zone, isAnswered: false, said: rcode };
    const soa = packet.answers?.find((answer) => answer.type === 'SOA');
    return { zone, isAnswered: true, said: soa === undefined ? 'answered' : `answered, serial ${soa.data.serial}` };
  } catch (error) {
    if (!(error instanceof DohError)) throw error;
    return { zone, isAnswered: false, said: error.message };
  }
}

/** Nobody but the user has said that the edge has these zones. */
function refuseUnanswered(asked: readonly AskedZone[]): void {
  const unanswered = asked.find(({ isAnswered }) => !isAnswered);
  if (unanswered === undefined) return;
  const zone = zoneText(unanswered.zone);
  throw new LoginError(`the edge does not answer for ${zone} (${unanswered.said}): check --zone; nothing is kept`);
}
