/**
 * `/v1/tokens`: what an administrator does about client tokens. Each function throws StoreError.
 */
import { parseGrantTerms } from '../access/grant.ts';
import type { TokenStore } from '../access/token-store.ts';
import { readJson } from './json-body.ts';
import { badRequest, jsonResponse, type Problem, problemResponse } from './problem.ts';

/** The token is in this answer and nowhere else. */
export async function postToken(tokens: TokenStore, request: Request, now: number): Promise<Response> {
  const body = await readJson(request);
  if ('problem' in body) return problemResponse(body.problem);
  const terms = parseGrantTerms(body.value);
  if ('reason' in terms) return problemResponse(badRequest(terms.reason));
  if (terms.expiresAt !== null && terms.expiresAt <= now) {
    return problemResponse(badRequest('"expiresAt" is in the past; it counts milliseconds, not seconds'));
  }
  const grant = { ...terms, createdAt: now };
  const created = await tokens.create(grant);
  return created === undefined ? problemResponse(noTokenKey) : jsonResponse({ ...created, ...grant }, 201);
}

export async function listTokens(tokens: TokenStore): Promise<Response> {
  const listed = await tokens.list();
  return jsonResponse({ tokens: listed.map(({ id, grant }) => ({ id, ...grant })) });
}

/** That there is no such token is no error: it is gone. */
export async function deleteToken(tokens: TokenStore, id: string | undefined): Promise<Response> {
  if (id === undefined || !/^[a-z2-7]{8}$/.test(id)) return problemResponse(badRequest('name the token as ?id=ID'));
  await tokens.revoke(id);
  return jsonResponse({ id, revoked: true });
}

const noTokenKey: Problem = {
  status: 503,
  code: 'NOT_CONFIGURED',
  message: 'tokens need the secret TOKEN_KEY: 64 hexadecimal digits, set with "wrangler secret put TOKEN_KEY"',
};
