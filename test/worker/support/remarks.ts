/** Remarks as an agent publishes them: right ones, and wrong in any way a test wants. */
import { manifestHeader, signatureHeader } from '../../../zone/manifest.ts';
import {
  formatRemarksManifest,
  type RemarksManifest,
  remarksFormat,
  remarksPath,
  remarksSignedOctets,
} from '../../../zone/remarks/manifest.ts';
import type { NameRemarks, Remark } from '../../../zone/remarks/remarks.ts';
import { type Agent, clusterId, gzip, sha256 } from './agent.ts';
import type { Edge } from './edge.ts';

type Octets = Uint8Array<ArrayBuffer>;

/** A remark that says its code in both sentences. */
export function remark(code: string, cause = `it is ${code}`, next = `do ${code}`): Remark {
  return { code, cause, next };
}

/** Sorted, as an agent sends them. */
export function linesOf(lines: readonly (NameRemarks | string)[]): Octets {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  return new TextEncoder().encode(
    texts
      .sort()
      .map((text) => `${text}\n`)
      .join(''),
  ) as Octets;
}

export interface RemarksChange extends Partial<RemarksManifest> {
  readonly body?: Octets;
  readonly agent?: Agent;
  /** The cluster in the path. */
  readonly to?: string;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of `local`, generated now; what is not given is right. */
export async function remarksRequest(
  edge: Edge,
  lines: readonly (NameRemarks | string)[],
  change: RemarksChange = {},
): Promise<Request> {
  const { body = await gzip(linesOf(lines)), agent = edge.agent, to, text: ownText, headers, ...fields } = change;
  const manifest: RemarksManifest = {
    format: remarksFormat,
    cluster: clusterId('local'),
    generatedAt: edge.machine.now(),
    length: body.length,
    sha256: await sha256(body),
    ...fields,
  };
  const text = ownText ?? formatRemarksManifest(manifest);
  const signed = { [manifestHeader]: text, [signatureHeader]: await agent.sign(remarksSignedOctets(text)) };
  const path = remarksPath(to === undefined ? manifest.cluster : clusterId(to));
  return new Request(`https://edge.test${path}`, { method: 'PUT', headers: headers ?? signed, body });
}

/** Publishes and expects success. */
export async function publishRemarks(
  edge: Edge,
  lines: readonly (NameRemarks | string)[],
  change: RemarksChange = {},
): Promise<void> {
  const response = await edge.receive(await remarksRequest(edge, lines, change));
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
}
