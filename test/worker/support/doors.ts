/** Every door of the Worker, and a credential in every state for each. */

import { type DoorSettings, readDoorSettings } from '../../../worker/access/settings.ts';
import { createToken } from '../../../worker/access/token.ts';
import { AccessTeam, audience, team as teamUrl } from './access-team.ts';
import { administratorKey, type Edge, startEdge } from './edge.ts';

export const tokenHostSuffix = 'doh.edge.test';

const fingerprints = { right: 'ab'.repeat(32), other: 'cd'.repeat(32), unknown: 'ef'.repeat(32) };

/** All doors are open. Access lets its people ask of `accessClusters`. */
export function allDoors(accessClusters: readonly string[] = ['local']): DoorSettings {
  const { doors, problems } = readDoorSettings({
    TOKEN_HOST_SUFFIX: tokenHostSuffix,
    ACCESS: JSON.stringify({ team: teamUrl, audience, grant: { clusters: accessClusters } }),
    MTLS: JSON.stringify({
      grants: [
        { fingerprintSha256: fingerprints.right, clusters: ['local'] },
        { fingerprintSha256: fingerprints.other, clusters: ['other'] },
      ],
    }),
  });
  if (problems.length > 0) throw new Error(problems.join('; '));
  return doors;
}

/** What a request carries, beside what it asks. */
export interface Carried {
  /** In front of the paths of questions. */
  readonly prefix?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cf?: object;
  /** Must never be seen in a log. */
  readonly secrets: readonly string[];
}

export const states = ['none', 'malformed', 'wrong', 'expired', 'revoked', 'out of scope', 'right'] as const;
export type State = (typeof states)[number];

/** States in which a credential is none. */
export const badStates = states.filter((state) => state !== 'out of scope' && state !== 'right');

export interface Place {
  readonly edge: Edge;
  readonly team: AccessTeam;
}

/** An edge with all doors. `state` is what Access's people will be in, since all of them may ask the same. */
export async function startPlace(state: State, change: Partial<DoorSettings> = {}): Promise<Place> {
  const doors = { ...allDoors(state === 'out of scope' ? ['other'] : ['local']), ...change };
  const edge = await startEdge({ doors });
  return { edge, team: await AccessTeam.start(edge.machine) };
}

type DoorOf = (place: Place, state: Exclude<State, 'none'>) => Promise<Carried>;

const ofToken =
  (carry: (token: string) => Omit<Carried, 'secrets'>): DoorOf =>
  async ({ edge }, state) => {
    const token = await tokenIn(edge, state);
    return { ...carry(token), secrets: [token, ...(token.length > 40 ? [token.slice(11, 43)] : [])] };
  };

export const doors: Readonly<Record<string, DoorOf>> = {
  bearer: ofToken((token) => ({ headers: { authorization: `Bearer ${token}` } })),
  basic: ofToken((token) => ({ headers: { authorization: `Basic ${btoa(`anybody:${token}`)}` } })),
  path: ofToken((token) => ({ prefix: `/t/${token}` })),
  host: ofToken((token) => ({ host: `${token}.${tokenHostSuffix}` })),
  access: async ({ edge, team }, state) => {
    const jwt = await jwtIn(edge, team, state);
    return {
      headers: { 'cf-access-jwt-assertion': jwt },
      secrets: [jwt, ...jwt.split('.').filter((part) => part.length > 9)],
    };
  },
  certificate: async (_, state) => ({ cf: { tlsClientAuth: certificateIn(state) }, secrets: [] }),
};

/** The administrator's, at both doors that take it. */
export const administratorDoors: Readonly<Record<string, Carried>> = {
  bearer: { headers: { authorization: `Bearer ${administratorKey}` }, secrets: [administratorKey] },
  basic: { headers: { authorization: `Basic ${btoa(`admin:${administratorKey}`)}` }, secrets: [administratorKey] },
};

/** A request at the edge. `path` begins behind what the door puts in front. */
export function requestWith(carried: Carried, path: string, init: RequestInit): Request {
  const { prefix = '', host = 'edge.test', headers = {}, cf } = carried;
  const own = (init.headers ?? {}) as Record<string, string>;
  const all = { ...init, headers: { ...own, ...headers }, ...(cf === undefined ? {} : { cf }) };
  return new Request(`https://${host}${prefix}${path}`, all);
}

async function tokenIn(edge: Edge, state: Exclude<State, 'none'>): Promise<string> {
  switch (state) {
    case 'malformed':
      return 'kd1malformed';
    case 'wrong':
      return (await createToken('ab'.repeat(32), (octets) => crypto.getRandomValues(octets as Uint8Array<ArrayBuffer>)))
        .text;
    case 'expired': {
      const token = await edge.createToken(['local'], edge.machine.now() + 1000);
      edge.machine.advance(1000);
      return token;
    }
    case 'revoked': {
      const token = await edge.createToken(['local']);
      await edge.administer('DELETE', `/v1/tokens?id=${token.slice(3, 11)}`);
      return token;
    }
    case 'out of scope':
      return edge.createToken(['other']);
    case 'right':
      return edge.createToken(['local']);
  }
}

async function jwtIn(edge: Edge, team: AccessTeam, state: Exclude<State, 'none'>): Promise<string> {
  switch (state) {
    case 'malformed':
      return 'a-malformed-jwt';
    case 'wrong':
      return team.jwt({ claims: { aud: ['another application'] } });
    case 'expired': {
      const jwt = await team.jwt({ claims: { exp: Math.floor(edge.machine.now() / 1000) + 1 } });
      edge.machine.advance(1000);
      return jwt;
    }
    case 'revoked': {
      const jwt = await team.jwt();
      team.removeKey('one');
      return jwt;
    }
    case 'out of scope':
    case 'right':
      return team.jwt();
  }
}

function certificateIn(state: Exclude<State, 'none'>): object {
  const shown = (certFingerprintSHA256: string | undefined, certVerified = 'SUCCESS', certRevoked = '0') => {
    return { certPresented: '1', certVerified, certRevoked, certFingerprintSHA256 };
  };
  switch (state) {
    case 'malformed':
      return shown(undefined);
    case 'wrong':
      return shown(fingerprints.unknown);
    case 'expired':
      return shown(fingerprints.right, 'FAILED:certificate has expired');
    case 'revoked':
      return shown(fingerprints.right, 'SUCCESS', '1');
    case 'out of scope':
      return shown(fingerprints.other);
    case 'right':
      return shown(fingerprints.right);
  }
}
