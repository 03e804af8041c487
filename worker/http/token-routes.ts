/**
 * `/v1/tokens`: what an administrator does about client tokens. Each function throws StoreError.
 */
import type { AuditLog } from '../access/audit.ts';
import { grantJson, requestGrant } from '../access/grant.ts';
import type { TokenStore } from '../access/token-store.ts';
import { readJson } from './json-body.ts';
import { badRequest, jsonResponse, type Problem, problem, problemResponse } from './problem.ts';

/** The token is in this answer and nowhere else. */
export async function postToken(tokens: TokenStore, audit: AuditLog, request: Request, now: number): Promise<Response> {
  const body = await readJson(request);
  if ('problem' in body) return problemResponse(body.problem);
  const grant = requestGrant(body.value, now);
  if ('reason' in grant) return problemResponse(badRequest(grant.reason));
  const created = await tokens.create(grant);
  if (created === undefined) return problemResponse(noTokenKey);
  audit.administered(`made token ${created.id}`);
  return jsonResponse({ ...created, ...grantJson(grant) }, 201);
}

export async function listTokens(tokens: TokenStore): Promise<Response> {
  const listed = await tokens.list();
  return jsonResponse({ tokens: listed.map(({ id, grant }) => ({ id, ...(grant && grantJson(grant)) })) });
}

/** That there is no such token is no error: it is gone. */
export async function deleteToken(tokens: TokenStore, audit: AuditLog, id: string | undefined): Promise<Response> {
  if (id === undefined || !/^[a-z2-7]{8}$/.test(id)) return problemResponse(badRequest('name the token as ?id=ID'));
  await tokens.revoke(id);
  audit.administered(`revoked token ${id}`);
  return jsonResponse({ id, revoked: true });
}

const noTokenKey: Problem = problem(
  503,
  'NOT_CONFIGURED',
  'tokens need the secret TOKEN_KEY: 64 hexadecimal digits, set with "wrangler secret put TOKEN_KEY"',
);
