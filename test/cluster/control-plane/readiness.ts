/** Asks whether each part of a starting control plane does its work yet. "Not yet" is an answer, never an error. */
import { Resolver } from 'node:dns/promises';
import { Agent, get } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { decode, encode } from 'dns-packet';
import type { ApiServer } from './api-server.ts';

/** The name that every cluster has: the API server's own Service. */
const firstName = 'kubernetes.default.svc.cluster.local';
const timeoutMilliseconds = 1000;

/** The API server has finished its start. */
export function apiServerIsReady(api: ApiServer): Promise<boolean> {
  return happens(api({ method: 'GET', path: '/readyz' }), () => true);
}

/** The node carries the condition Ready. */
export function nodeIsReady(api: ApiServer, nodeName: string): Promise<boolean> {
  return happens(api({ method: 'GET', path: `/api/v1/nodes/${nodeName}` }), (reply) => {
    const { status } = reply as { status?: { conditions?: { type: string; status: string }[] } };
    return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  });
}

/** CoreDNS resolves the first name over UDP at `address`, `HOST:PORT`. */
export function dnsAnswers(address: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: timeoutMilliseconds, tries: 1 });
  resolver.setServers([address]);
  return happens(resolver.resolve4(firstName), (addresses) => addresses.length > 0);
}

/** CoreDNS resolves the first name over HTTPS at `url`; `authority` is the PEM text that verifies it. */
export function dohAnswers(url: string, authority: string): Promise<boolean> {
  const query = encode({ type: 'query', id: 0, questions: [{ type: 'A', name: firstName }] });
  return happens(fetchBytes(`${url}?dns=${query.toString('base64url')}`, authority), (reply) => {
    return (decode(reply).answers ?? []).length > 0;
  });
}

function fetchBytes(url: string, authority: string): Promise<Buffer> {
  const agent = new Agent({ ca: authority, timeout: timeoutMilliseconds });
  return new Promise((settle, fail) => {
    const outgoing = get(url, { agent, headers: { accept: 'application/dns-message' } }, (response) => {
      buffer(response).then(settle, fail);
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no reply from ${url}`)));
    outgoing.once('error', fail);
  });
}

function happens<T>(attempt: Promise<T>, succeeded: (result: T) => boolean): Promise<boolean> {
  return attempt.then(succeeded).catch(() => false);
}
