/** What is asked of the synthetic cluster, by kind, as DNS messages. */
import dnsPacket, { type RecordType } from 'dns-packet';
import { formatName, type Name } from '../../zone/name.ts';
import { reverseName } from '../../zone/text.ts';
import type { SyntheticCluster, SyntheticService } from './cluster.ts';
import { SeededRandom } from './seeded-random.ts';

export interface QuestionKind {
  readonly name: string;
  readonly messages: readonly Uint8Array[];
  /** What every answer must be; otherwise something else is measured than is said. */
  readonly expected: { readonly rcode: number; readonly hasAnswers: boolean };
}

export interface Question {
  /** Below the zone, or with a final dot. */
  readonly name: string;
  readonly type: RecordType;
}

/** Enough that the same octets are not always in the processor's cache. */
const messagesPerKind = 256;

const noError = 0;
const noSuchName = 3;

/** Every kind that the cluster has names for. */
export function questionKinds({ services }: SyntheticCluster, origin: Name): QuestionKind[] {
  const random = new SeededRandom(services.length);
  const headless = services.filter(({ service }) => service.kind.type === 'headless');
  const clusterIp = services.filter(({ service }) => service.kind.type === 'clusterIP');
  const sized = (pods: number) => headless.filter(({ podCount }) => podCount === pods);
  const kind = (
    name: string,
    among: readonly SyntheticService[],
    question: (service: SyntheticService) => Question | undefined,
    expected: QuestionKind['expected'] = { rcode: noError, hasAnswers: true },
  ): QuestionKind => {
    const asked = Array.from({ length: messagesPerKind }, () => question(random.pick(among)) ?? []).flat();
    return { name, messages: asked.map((one) => message(one, origin)), expected };
  };
  const pointer = (length: number) => (one: SyntheticService) => {
    const address = random.pick(one.slices.flatMap(({ endpoints }) => endpoints)).address;
    return address.length === length ? ({ name: reverseName(address), type: 'PTR' } as const) : undefined;
  };
  return [
    kind('pod, A', headless, (one) => ({ name: podName(one, random), type: 'A' })),
    kind('headless Service, A', headless, (one) => ({ name: serviceName(one), type: 'A' })),
    kind('ClusterIP, A', clusterIp, (one) => ({ name: serviceName(one), type: 'A' })),
    kind('SRV of 3 pods', sized(3), (one) => ({ name: portName(one), type: 'SRV' })),
    kind('SRV of 15 pods', sized(15), (one) => ({ name: portName(one), type: 'SRV' })),
    kind('no such type', headless, (one) => ({ name: podName(one, random), type: 'TXT' }), {
      rcode: noError,
      hasAnswers: false,
    }),
    kind('no such pod', headless, (one) => ({ name: `absent-0.${serviceName(one)}`, type: 'A' }), {
      rcode: noSuchName,
      hasAnswers: false,
    }),
    kind('no such Service', services, (one) => ({ name: `absent-${serviceName(one)}`, type: 'A' }), {
      rcode: noSuchName,
      hasAnswers: false,
    }),
    kind('PTR of IPv4', services, pointer(4)),
    kind('PTR of IPv6', services, pointer(16)),
  ].filter(({ messages }) => messages.length > 0);
}

export function serviceName({ service }: SyntheticService): string {
  return `${service.name}.${service.namespace}.svc`;
}

function podName(one: SyntheticService, random: SeededRandom): string {
  return `${random.pick(one.slices[0]!.endpoints).hostname}.${serviceName(one)}`;
}

export function portName(one: SyntheticService): string {
  const port = one.service.ports[0]!;
  return `_${port.name}._${port.protocol}.${serviceName(one)}`;
}

const edns = { udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };

/** With EDNS, as resolvers ask. */
export function message({ name, type }: Question, origin: Name): Uint8Array {
  const absolute = name.endsWith('.') ? name : `${name}.${formatName(origin)}`;
  return dnsPacket.encode({
    type: 'query',
    id: 0,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type, name: absolute.slice(0, -1) }],
    additionals: [{ type: 'OPT', name: '.', ...edns }],
  });
}
