/**
 * Which objects' records a change can have altered.
 *
 * Mostly it is the changed objects alone. A Namespace concerns all that is in it, and whatever is hidden or no longer
 * hidden concerns the ExternalNames that point to it, wherever they are.
 */
import type { Cluster } from '../cluster.ts';
import type { Changes } from '../kube/observed-cluster.ts';
import { type Mention, mentionsIn } from '../records/hiding.ts';
import type { RecordOptions } from '../records/options.ts';

export class AffectedObjects {
  readonly #options: RecordOptions;
  readonly #hiddenServices = new Set<string>();
  readonly #hiddenImports = new Set<string>();

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  /** The changes, and all that follows from them. It must be told of every change, once. */
  of(cluster: Cluster, changes: Changes): Changes {
    const services = new Set(changes.services);
    const serviceImports = new Set(changes.serviceImports);
    const podNamespaces = new Set([...changes.podNamespaces, ...changes.namespaces]);
    const turned: TurnedObjects = {
      namespaces: changes.namespaces,
      services: turnedAmong(changes.services, cluster.services, this.#hiddenServices),
      serviceImports: turnedAmong(changes.serviceImports, cluster.serviceImports, this.#hiddenImports),
    };
    if (turned.namespaces.size + turned.services.size + turned.serviceImports.size > 0) {
      for (const [key, { namespace, kind }] of cluster.services) {
        const isAffected =
          turned.namespaces.has(namespace) ||
          (kind.type === 'externalName' &&
            mentionsIn(kind.target, this.#options).some((mention) => has(turned, mention)));
        if (isAffected) services.add(key);
      }
      for (const [key, { namespace }] of cluster.serviceImports) {
        if (turned.namespaces.has(namespace)) serviceImports.add(key);
      }
    }
    return { namespaces: changes.namespaces, services, serviceImports, podNamespaces };
  }
}

/** Those that are hidden now and were not, or the other way round; Namespaces also when they come or go. */
type TurnedObjects = Pick<Changes, 'namespaces' | 'services' | 'serviceImports'>;

function has(turned: TurnedObjects, { namespace, kind, key }: Mention): boolean {
  if (turned.namespaces.has(namespace)) return true;
  return key !== undefined && (kind === 'service' ? turned.services : turned.serviceImports).has(key);
}

/** Brings `hidden`, the keys of objects that were hidden, up to date. */
function turnedAmong(
  keys: ReadonlySet<string>,
  objects: ReadonlyMap<string, { readonly isHidden: boolean }>,
  hidden: Set<string>,
): ReadonlySet<string> {
  const turned = new Set<string>();
  for (const key of keys) {
    const isHidden = objects.get(key)?.isHidden === true;
    if (isHidden === hidden.has(key)) continue;
    turned.add(key);
    if (isHidden) hidden.add(key);
    else hidden.delete(key);
  }
  return turned;
}
