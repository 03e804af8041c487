/** The API server's audit log: every request, by whom, and whether it was allowed (kube-apiserver, "Auditing"). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AuditedRequest {
  readonly verb: string;
  /** Path and query. */
  readonly uri: string;
  /** HTTP status. */
  readonly status: number;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

interface Line {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
}

export class Audit {
  /** For the API server's command line. */
  readonly flags: readonly string[];
  readonly #path: string;

  constructor(directory: string) {
    this.#path = join(directory, 'audit.log');
    const policyPath = join(directory, 'audit-policy.json');
    const rules = [{ level: 'Metadata', omitStages: ['RequestReceived'] }];
    writeFileSync(policyPath, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
    this.flags = [`--audit-policy-file=${policyPath}`, `--audit-log-path=${this.#path}`];
  }

  /** Of a ServiceAccount in the namespace `default`, each once; those of watches too that are still open. */
  requestsOf(account: string): readonly AuditedRequest[] {
    const username = `system:serviceaccount:default:${account}`;
    const lines = readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line.includes(`"${username}"`));
    const requests = lines.map((line) => JSON.parse(line) as Line).filter(({ user }) => user.username === username);
    const byId = new Map(requests.map((request) => [request.auditID, request]));
    return [...byId.values()].map(({ verb, requestURI: uri, responseStatus, requestReceivedTimestamp }) => ({
      verb,
      uri,
      status: responseStatus?.code ?? 0,
      receivedAt: Date.parse(requestReceivedTimestamp),
    }));
  }
}
