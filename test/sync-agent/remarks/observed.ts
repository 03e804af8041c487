/** A cluster out of API objects, read as the agent reads them, with its remarks and with the names that its snapshot has. */
import type { Cluster } from '../../../sync-agent/cluster.ts';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { remarksOf } from '../../../sync-agent/remarks/cluster-remarks.ts';
import { flatten } from '../../../zone/flat.ts';
import { formatRelativeName, parseName } from '../../../zone/name.ts';
import { formatRemarkLine } from '../../../zone/remarks/format.ts';
import { fillIn, type NameRemarks, type Remark, readRemarkLine, remarkOn } from '../../../zone/remarks/remarks.ts';
import { recordsOfCluster } from '../records/whole-cluster.ts';
import { type ApiObjects, ObservedObjects } from '../supplements/observed-objects.ts';

export const ordinaryOptions: RecordOptions = {
  ttlSeconds: 30,
  zoneOrigins: [parseName('cluster.local')],
  clustersetOrigins: [],
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
  selectsNamespaces: false,
  selectsObjects: false,
};

export class Observed {
  readonly cluster: Cluster;
  readonly options: RecordOptions;
  /** Names that exist, relative to the zone, without final dots. */
  readonly names: ReadonlySet<string>;
  /** Names that have records of their own. */
  readonly owners: ReadonlySet<string>;
  /** As they are read again, by name. */
  readonly lines: ReadonlyMap<string, NameRemarks>;
  /** As they are written. */
  readonly text: string;

  constructor(objects: ApiObjects, changes: Partial<RecordOptions> = {}) {
    const options = { ...ordinaryOptions, ...changes };
    const { cluster, facts } = new ObservedObjects(objects);
    const zone = flatten(recordsOfCluster(cluster, options).cluster);
    this.cluster = cluster;
    this.options = options;
    this.names = new Set(zone.names.map(plain));
    this.owners = new Set(zone.records.map(({ owner }) => plain(owner)));
    const written = [...remarksOf({ cluster, facts }, options)].map((remarks) => formatRemarkLine(remarks)!);
    this.text = written.join('\n');
    this.lines = new Map(written.map((line) => [readRemarkLine(line)!.name, readRemarkLine(line)!]));
  }

  /** The remark on a name that is not there, or has no records: that of the closest line. */
  remarkOn(name: string): Remark | undefined {
    const labels = name.split('.');
    for (let count = 0; count <= labels.length; count += 1) {
      const line = this.lines.get(labels.slice(count).join('.'));
      if (line === undefined) continue;
      const asked = labels.slice(0, count).join('.');
      const remark = remarkOn(line, asked);
      const fill = (text: string): string => fillIn(text, 'cluster.local', asked);
      return remark && { code: remark.code, cause: fill(remark.cause), next: fill(remark.next) };
    }
    return undefined;
  }
}

function plain(name: Parameters<typeof formatRelativeName>[0]): string {
  return formatRelativeName(name).replace(/^@$/, '').replace(/\.$/, '');
}

export function namespace(name: string, isHidden = false): object {
  return { metadata: { name, ...annotations(isHidden) } };
}

/** Headless, with a selector, unless `spec` says otherwise. */
export function service(namespace: string, name: string, spec: object = {}, isHidden = false): object {
  const common = { clusterIP: 'None', selector: { app: name } };
  return { metadata: { namespace, name, ...annotations(isHidden) }, spec: { ...common, ...spec } };
}

export function slice(namespace: string, service: string, endpoints: readonly object[], more: object = {}): object {
  const labels = { 'kubernetes.io/service-name': service };
  return { metadata: { namespace, name: `${service}-abc12`, labels }, addressType: 'IPv4', endpoints, ...more };
}

/** Of a pod; its address ends in `i`. */
export function endpoint(i: number, pod: string, { hostname, ...conditions }: EndpointChanges = {}): object {
  return {
    addresses: [`10.1.0.${i}`],
    conditions: { ready: true, serving: true, terminating: false, ...conditions },
    ...(hostname !== undefined && { hostname }),
    targetRef: { kind: 'Pod', name: pod },
  };
}

interface EndpointChanges {
  readonly hostname?: string;
  readonly ready?: boolean;
  readonly terminating?: boolean;
}

function annotations(isHidden: boolean): object {
  return isHidden ? { annotations: { 'kube-doh/hide': 'true' } } : {};
}
