/**
 * Which objects' records a change can have altered.
 *
 * Mostly it is the changed objects alone. A Namespace concerns all that is in it, and whatever begins or ends to be kept
 * out concerns the ExternalNames that point to it, wherever they are.
 */
import type { Cluster } from '../cluster.ts';
import type { Changes } from '../kube/observed-cluster.ts';
import { type Mention, mentionsIn } from '../records/hiding.ts';
import type { RecordOptions } from '../records/options.ts';

export class AffectedObjects {
  readonly #options: RecordOptions;
  readonly #services: Standings;
  readonly #serviceImports: Standings;

  constructor(options: RecordOptions) {
    this.#options = options;
    this.#services = new Standings(options.selectsObjects);
    this.#serviceImports = new Standings(options.selectsObjects);
  }

  /** The changes, and all that follows from them. It must be told of every change, once. */
  of(cluster: Cluster, changes: Changes): Changes {
    const services = new Set(changes.services);
    const serviceImports = new Set(changes.serviceImports);
    const podNamespaces = new Set([...changes.podNamespaces, ...changes.namespaces]);
    const turned: TurnedObjects = {
      namespaces: changes.namespaces,
      services: this.#services.turned(changes.services, cluster.services),
      serviceImports: this.#serviceImports.turned(changes.serviceImports, cluster.serviceImports),
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

/** Those that are kept out now and were not, or the other way round; Namespaces also when they come or go. */
type TurnedObjects = Pick<Changes, 'namespaces' | 'services' | 'serviceImports'>;

function has(turned: TurnedObjects, { namespace, kind, key }: Mention): boolean {
  if (turned.namespaces.has(namespace)) return true;
  return key !== undefined && (kind === 'service' ? turned.services : turned.serviceImports).has(key);
}

/** Which objects of one kind are kept out as targets of others. */
class Standings {
  /** Of an object that is not there. */
  readonly #isAbsentKeptOut: boolean;
  /** The keys of those that stand otherwise. */
  readonly #others = new Set<string>();

  constructor(isAbsentKeptOut: boolean) {
    this.#isAbsentKeptOut = isAbsentKeptOut;
  }

  /** Those of the changed objects that stand otherwise than they did. */
  turned(keys: ReadonlySet<string>, objects: ReadonlyMap<string, { readonly isHidden: boolean }>): ReadonlySet<string> {
    const turned = new Set<string>();
    for (const key of keys) {
      const isKeptOut = objects.get(key)?.isHidden ?? this.#isAbsentKeptOut;
      const isOther = isKeptOut !== this.#isAbsentKeptOut;
      if (isOther === this.#others.has(key)) continue;
      turned.add(key);
      if (isOther) this.#others.add(key);
      else this.#others.delete(key);
    }
    return turned;
  }
}
