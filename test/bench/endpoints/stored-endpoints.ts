/**
 * The endpoints value of a synthetic cluster, as its agent leaves it in edge KV: every pod with its name, node and zone, one
 * port each, and one in fifty not ready.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { formatAddress } from '../../../zone/address.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { formatEndpointsLine } from '../../../zone/endpoints/format.ts';
import type { LineEndpoint } from '../../../zone/endpoints/line.ts';
import { kvKeys } from '../../../zone/keys.ts';
import {
  formatSupplementManifest,
  supplementFormat,
  supplementSignedOctets,
} from '../../../zone/supplement/manifest.ts';
import type { SyntheticCluster, SyntheticService } from '../cluster.ts';
import type { KvServer } from '../kv-server.ts';

const sliceLabel = '__meta_kubernetes_endpointslice_';
const columns = [
  `${sliceLabel}endpoint_conditions_ready`,
  '__meta_kubernetes_pod_name',
  '__meta_kubernetes_pod_ip',
  '__meta_kubernetes_pod_node_name',
  `${sliceLabel}endpoint_zone`,
];
const podsPerNode = 100;
const podsPerFailure = 50;

/** As many octets as the lines have, and as they have compressed. */
export interface Sizes {
  readonly textOctets: number;
  readonly bodyOctets: number;
}

export function publishEndpoints(kv: KvServer, key: SigningKey, cluster: ClusterId, of: SyntheticCluster): Sizes {
  const lines = of.services.flatMap(linesOf).sort();
  const text = lines.map((line) => `${line}\n`).join('');
  const body = gzipSync(text);
  const manifest = formatSupplementManifest({
    format: supplementFormat,
    cluster,
    generatedAt: Date.now(),
    length: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
  });
  const signature = key.sign(supplementSignedOctets('endpoints', manifest));
  kv.values.set(kvKeys.endpoints(cluster), { octets: body, metadata: { manifest, signature } });
  return { textOctets: text.length, bodyOctets: body.length };
}

function linesOf({ service: { namespace, name }, slices }: SyntheticService): string[] {
  return slices.map((slice) => {
    const [port] = slice.ports;
    const portLabels = { [`${sliceLabel}port_name`]: port!.name };
    const endpoints = slice.endpoints.map(({ address, hostname }, i): LineEndpoint => {
      const text = formatAddress(address);
      const pod = hostname ?? `${name}-6d4b75cb6d-x${text.split('.').slice(2).join('')}`;
      const isReady = i % podsPerFailure !== podsPerFailure - 1;
      const node = `node-${Math.floor(i / podsPerNode)}-${text.split('.')[2]}`;
      const values = [String(isReady), pod, text, node, 'zone-a'];
      return [text, hostname ?? text.replaceAll('.', '-'), isReady ? 'ready' : 'not-ready', ...values];
    });
    const line = formatEndpointsLine({
      name: `${name}.${namespace}.svc`,
      labels: {
        __meta_kubernetes_namespace: namespace,
        __meta_kubernetes_service_name: name,
      },
      ports: [[port!.number ?? null, port!.name, portLabels]],
      columns,
      endpoints,
    });
    if (line === undefined) throw new Error(`the line of ${name} is too long`);
    return line;
  });
}
