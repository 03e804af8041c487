/**
 * Nothing of what is hidden or filtered out is in the snapshot, not even somewhere in its octets.
 *
 * Every namespace and object of this cluster has names and addresses of its own, so each occurrence tells whose it is.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { type Address, addressFromOctets } from '../../../zone/address.ts';
import { dashedLabel } from '../../../zone/dashed.ts';
import { formatName, type Name, parseName } from '../../../zone/name.ts';
import { anyOptions } from '../records/any-object.ts';

const namespaces = ['alpha', 'bravo', 'charlie'].map((word) => `namespace-${word}`);
/** Object number i is in the namespace of the same number, counted round. */
const objects = ['delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india'];

/** A Service and a ServiceImport. */
interface Item {
  readonly service: Standing;
  readonly serviceImport: Standing;
  readonly type: 'clusterIP' | 'headless' | 'externalName';
  /** Which object the ExternalName tells of, in which form and in which of the zones. */
  readonly target: { readonly object: number; readonly form: number; readonly origin: number };
}

/** What is absent may be there all the same where only some are read, as far as anybody can see. */
type Standing = 'shown' | 'hidden' | 'absent';

interface World {
  /** A Namespace that is absent may have objects. */
  readonly standings: readonly Standing[];
  readonly items: readonly Item[];
}

type Options = Omit<SnapshotOptions, 'reversePrefixes'>;

const anyItem: fc.Arbitrary<Item> = fc.record({
  service: fc.constantFrom('shown', 'shown', 'shown', 'hidden', 'absent'),
  serviceImport: fc.constantFrom('shown', 'shown', 'hidden', 'absent'),
  type: fc.constantFrom('clusterIP', 'headless', 'externalName'),
  target: fc.record({ object: fc.nat({ max: objects.length - 1 }), form: fc.nat({ max: 3 }), origin: fc.nat() }),
});

const anyWorld: fc.Arbitrary<World> = fc.record({
  standings: fc.tuple(...namespaces.map(() => fc.constantFrom('shown', 'hidden', 'absent'))),
  items: fc.tuple(...objects.map(() => anyItem)),
});

test('nothing that is hidden is in the octets of a snapshot, and all that is shown is', () => {
  const counts = { absent: 0, present: 0 };
  fc.assert(
    fc.property(anyWorld, anyOptions(), (world, options) => {
      const image = imageOf(new History(options).become(world));
      const isIn = (text: string) => image.includes(Buffer.from(text, 'latin1'));
      const { absent, present } = expectations(world, options);
      expect(absent.filter(isIn)).toEqual([]);
      expect(present.filter((text) => !isIn(text))).toEqual([]);
      counts.absent += absent.length;
      counts.present += present.length;
    }),
    { numRuns: 400 },
  );
  expect(Math.min(counts.absent, counts.present)).toBeGreaterThan(1000);
});

test('nor is anything left of what was shown before', () => {
  fc.assert(
    fc.property(anyWorld, anyWorld, anyOptions(), (before, after, options) => {
      const changed = new History(options).become(before).become(after);
      expect(imageOf(changed)).toEqual(imageOf(new History(options).become(after)));
    }),
  );
});

/** Texts that must not, and that must, be in the image. */
function expectations({ standings, items }: World, options: Options) {
  const absent: string[] = [];
  const present: string[] = [];
  const expectText = (isThere: boolean, ...texts: readonly string[]) => (isThere ? present : absent).push(...texts);
  for (const [n, standing] of standings.entries()) {
    // Of one that does not exist, and that nobody filtered out, an ExternalName may speak.
    if (standing !== 'absent' || options.selectsNamespaces) expectText(standing === 'shown', namespaces[n]!);
    expectText(standing === 'shown' && options.pods === 'verified', addressOf('pod', n));
    if (standing === 'hidden') absent.push(dashedLabel(addressOf('pod', n)));
  }
  for (const [i, { service, serviceImport, type }] of items.entries()) {
    const around = standings[i % namespaces.length]!;
    const isShown = around === 'shown' && service === 'shown';
    const isImportShown = around === 'shown' && serviceImport === 'shown' && options.clustersetOrigins.length > 0;
    const canTell = canBeTold(around, service, options);
    if (isShown || !canTell) expectText(isShown, serviceName(i));
    if (isImportShown || !canBeTold(around, serviceImport, options)) expectText(isImportShown, importName(i));
    expectText(isShown && type === 'clusterIP', addressOf('own', i));
    expectText(isShown && type !== 'externalName', addressOf('named', i), addressOf('unnamed', i));
    if (!isShown && !canTell) absent.push(hostname(i));
    expectText(isImportShown, addressOf('import', i));
  }
  return { absent, present };
}

/** Whether an ExternalName may speak of an object that is not shown: of what does not exist. */
function canBeTold(namespace: Standing, object: Standing, options: Options): boolean {
  if (namespace === 'hidden' || (namespace === 'absent' && options.selectsNamespaces)) return false;
  return object === 'shown' ? namespace === 'absent' : object === 'absent' && !options.selectsObjects;
}

/** A cluster that becomes one world after the other, with the snapshot of it. */
class History {
  readonly builder: SnapshotBuilder;
  readonly #options: Options;
  readonly #state = new ClusterState();

  constructor(options: Options) {
    this.#options = options;
    this.builder = new SnapshotBuilder({ ...options, reversePrefixes: [] });
  }

  become({ standings, items }: World): this {
    for (const [n, standing] of standings.entries()) {
      const name = namespaces[n]!;
      const value = standing === 'absent' ? undefined : { name, isHidden: standing === 'hidden' };
      this.#state.namespaceStore.upsert({ key: name, value, problems: [] });
      const pod = { namespace: name, name: 'p', addresses: [addressOf('pod', n)] };
      this.#state.podStore.upsert({ key: `${name}/p`, value: pod, problems: [] });
    }
    for (const [i, item] of items.entries()) this.#set(i, item);
    this.builder.update(this.#state, this.#state.takeChanges());
    return this;
  }

  #set(i: number, { service: standing, serviceImport: importStanding, type, target }: Item): void {
    const namespace = namespaceOf(i);
    const name = serviceName(i);
    const kind =
      type === 'headless'
        ? ({ type } as const)
        : type === 'clusterIP'
          ? ({ type, addresses: [addressOf('own', i)] } as const)
          : ({ type, target: targetName(target, this.#options) } as const);
    const ports = [{ name: 'http', protocol: 'tcp', number: 80 }];
    const service = { namespace, name, isHidden: standing === 'hidden', kind, ports };
    const endpoints = [
      { address: addressOf('named', i), hostname: hostname(i), podName: undefined },
      { address: addressOf('unnamed', i), hostname: undefined, podName: undefined },
    ];
    const slice = { namespace, name, owners: [{ kind: 'service', service: name }], endpoints, ports } as const;
    const serviceImport = {
      namespace,
      name: importName(i),
      isHidden: importStanding === 'hidden',
      kind: { type: 'headless' },
      ports,
    } as const;
    const imported = {
      namespace,
      name: importName(i),
      owners: [{ kind: 'serviceImport', service: importName(i), cluster: 'east' }],
      endpoints: [{ address: addressOf('import', i), hostname: undefined, podName: undefined }],
      ports,
    } as const;
    this.#state.serviceStore.upsert({ key: `${namespace}/${name}`, value: thereIf(standing, service), problems: [] });
    this.#state.sliceStore.upsert({ key: `${namespace}/${name}`, value: slice, problems: [] });
    this.#state.importStore.upsert({
      key: `${namespace}/${importName(i)}`,
      value: thereIf(importStanding, serviceImport),
      problems: [],
    });
    this.#state.sliceStore.upsert({ key: `${namespace}/${importName(i)}`, value: imported, problems: [] });
  }
}

/** What is seen of an object. */
function thereIf<T>(standing: Standing, object: T): T | undefined {
  return standing === 'absent' ? undefined : object;
}

function imageOf({ builder }: History): Buffer {
  return Buffer.from(builder.image());
}

/** A name in one of the zones. */
function targetName({ object, form, origin }: Item['target'], options: Options): Name {
  const origins = [...options.zoneOrigins, ...options.clustersetOrigins];
  const zone = origins[origin % origins.length]!;
  const isImport = options.clustersetOrigins.includes(zone);
  const name = isImport ? importName(object) : serviceName(object);
  const namespace = namespaceOf(object);
  const inside = [
    `${name}.${namespace}.svc`,
    `${isImport ? 'any.east' : hostname(object)}.${name}.${namespace}.svc`,
    `${namespace}.svc`,
    `${dashedLabel(addressOf('pod', object % namespaces.length))}.${namespace}.pod`,
  ];
  return parseName(`${inside[form]}.${formatName(zone)}`);
}

function namespaceOf(object: number): string {
  return namespaces[object % namespaces.length]!;
}

function serviceName(object: number): string {
  return `service-${objects[object]}`;
}

function importName(object: number): string {
  return `import-${objects[object]}`;
}

function hostname(object: number): string {
  return `host-${objects[object]}`;
}

const uses = ['pod', 'own', 'named', 'unnamed', 'import'] as const;

function addressOf(use: (typeof uses)[number], number: number): Address {
  return addressFromOctets([0xfd, 0x5a, 0x5b, 0x5c, uses.indexOf(use) + 1, number + 1, ...Array(10).fill(0x5d)]);
}
