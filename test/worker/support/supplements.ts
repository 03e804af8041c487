/** What an agent publishes beside its snapshot: right, and wrong in any way a test wants. */
import { manifestHeader, signatureHeader } from '../../../zone/manifest.ts';
import {
  formatSupplementManifest,
  type SupplementManifest,
  supplementFormat,
  supplementSignedOctets,
} from '../../../zone/supplement/manifest.ts';
import { type SupplementKind, supplementPath } from '../../../zone/supplement/supplement.ts';
import { type Agent, clusterId, gzip, sha256 } from './agent.ts';
import type { Edge } from './edge.ts';

type Octets = Uint8Array<ArrayBuffer>;

/** Sorted, as an agent sends them; texts as they are. */
export function textOf(lines: readonly (object | string)[]): Octets {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const sorted = texts.sort().map((text) => `${text}\n`);
  return new TextEncoder().encode(sorted.join('')) as Octets;
}

export interface SupplementChange extends Partial<SupplementManifest> {
  readonly body?: Octets;
  readonly agent?: Agent;
  /** The cluster in the path. */
  readonly to?: string;
  readonly text?: string;
  /** What the signature says that it is of. */
  readonly signedAs?: SupplementKind;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of `local`, generated now; what is not given is right. */
export async function supplementRequest(
  edge: Edge,
  kind: SupplementKind,
  lines: readonly (object | string)[],
  change: SupplementChange = {},
): Promise<Request> {
  const { body = await gzip(textOf(lines)), agent = edge.agent, to, text: ownText, ...others } = change;
  const { headers, signedAs = kind, ...fields } = others;
  const manifest: SupplementManifest = {
    format: supplementFormat,
    cluster: clusterId('local'),
    generatedAt: edge.machine.now(),
    length: body.length,
    sha256: await sha256(body),
    ...fields,
  };
  const text = ownText ?? formatSupplementManifest(manifest);
  const signature = await agent.sign(supplementSignedOctets(signedAs, text));
  const path = supplementPath(to === undefined ? manifest.cluster : clusterId(to), kind);
  const signed = { [manifestHeader]: text, [signatureHeader]: signature };
  return new Request(`https://edge.test${path}`, { method: 'PUT', headers: headers ?? signed, body });
}

/** Publishes and expects success. */
export async function publishSupplement(
  edge: Edge,
  kind: SupplementKind,
  lines: readonly (object | string)[],
  change: SupplementChange = {},
): Promise<void> {
  const response = await edge.receive(await supplementRequest(edge, kind, lines, change));
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
}
