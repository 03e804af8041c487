/** What an edge says of a name, whatever it says: also that it says nothing is a step, and mostly a cause. */

import { formatName, type Name } from '../../zone/name.ts';
import { commandPatience } from '../doh/patience.ts';
import type { Ask } from '../export/answer.ts';
import { findingOf } from '../export/answer.ts';
import { rcodeText, typeText } from '../export/record-type.ts';
import type { Profile } from '../profiles/profile.ts';
import { EdgeGetError, getFromEdge } from './edge-get.ts';
import { type Explanation, parseExplanation } from './explanation.ts';
import type { Cause } from './report.ts';

const maxOctets = 1024 * 1024;

/** `ask` is for edges that explain nothing yet. Rejects with EdgeGetError where it could not be told, and as `ask` does. */
export async function askEdge(profile: Profile, name: Name, type: number, ask: Ask): Promise<Explanation> {
  const query = { name: formatName(name), type: typeText(type) };
  try {
    const value = await getFromEdge(profile, { path: '/v1/why', query, patience: commandPatience, maxOctets });
    const explanation = parseExplanation(value);
    if (explanation !== undefined) return explanation;
    throw new EdgeGetError('FAILED', `the edge ${profile.edge.origin} answered with something that is no explanation`);
  } catch (error) {
    if (!(error instanceof EdgeGetError)) throw error;
    if (error.code === 'NOT_OFFERED') return await plainly(profile, name, type, ask);
    if (error.code === 'FAILED') throw error;
    return refusal(error, causes[error.code]);
  }
}

/** Nothing but the answer to the question. */
async function plainly(profile: Profile, name: Name, type: number, ask: Ask): Promise<Explanation> {
  const response = await ask(name, type);
  const rcode = rcodeText(response.rcode);
  const records = response.answer.length;
  const text = `the edge answers ${rcode} with ${records === 1 ? '1 record' : `${records} records`}`;
  return {
    cluster: profile.cluster ?? null,
    steps: [
      {
        step: 'edge',
        ok: false,
        text: `the edge ${profile.edge.origin} is older than this command and gives no reasons`,
      },
      { step: 'name', ok: findingOf(response) === 'found', text },
    ],
    rcode,
    records,
    cause: null,
    suggestions: [],
  };
}

/** What an edge does not tell by itself, with what to do. */
export const edgeCauses = {
  UNREACHABLE: {
    code: 'EDGE_UNREACHABLE',
    next: 'See with "kube-doh profiles" which edge that is; with another address or authority, log in again: "kube-doh login URL".',
  },
  REFUSED_TOKEN: {
    code: 'TOKEN_REFUSED',
    next: 'Look for a slip in the token, or get another and log in: "kube-doh login URL".',
  },
  OUT_OF_SCOPE: {
    code: 'CLUSTER_OUT_OF_SCOPE',
    next: 'Ask for a token for this cluster, or choose another login with --profile.',
  },
} as const;

const causes: Readonly<Record<keyof typeof edgeCauses, Pick<Cause, 'code' | 'next'>>> = edgeCauses;

/** From whoever found out first that the edge cannot be asked. */
export function refusal(
  { code, message }: { readonly code: EdgeGetError['code']; readonly message: string },
  { code: cause, next }: Pick<Cause, 'code' | 'next'>,
): Explanation {
  const step = code === 'UNREACHABLE' ? 'edge' : 'credential';
  return {
    cluster: null,
    steps: [{ step, ok: false, text: message }],
    rcode: null,
    records: 0,
    cause: { code: cause, text: sentence(message), next },
    suggestions: [],
  };
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
