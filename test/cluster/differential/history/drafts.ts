/**
 * What happens later is drafted without knowing what is there, and then turned into operations on the objects that are: most
 * of a cluster's life is small changes to what exists. Pure.
 */
import { type History, keyOf, type ObjectKind, type ObjectState, type Operation, type Step } from './history.ts';

export type FreshStates = { readonly [Kind in ObjectKind]: Extract<ObjectState, { kind: Kind }> };

/** `pick` chooses one of the objects that are there, `aspect` what of it changes. */
export type Draft =
  | { readonly do: 'put'; readonly object: ObjectState }
  | { readonly do: 'delete'; readonly pick: number }
  | { readonly do: 'change'; readonly pick: number; readonly aspect: number; readonly fresh: FreshStates };

/** Fields that change together. */
const aspects: { readonly [Kind in ObjectKind]: readonly (readonly string[])[] } = {
  namespace: [['isLabelled'], ['hide']],
  service: [['shape', 'ports'], ['ports'], ['hide'], ['isLabelled'], ['hasSelector']],
  slice: [
    ['service'],
    ['service'],
    ['imported'],
    ['addressType', 'endpoints'],
    ['addressType', 'endpoints'],
    ['ports'],
    ['isLabelled'],
  ],
  endpoints: [['subsets'], ['hostname'], ['skipsMirroring'], ['isLabelled']],
  pod: [['phase'], ['addresses'], ['isLabelled']],
  serviceImport: [['type'], ['addresses'], ['ports'], ['hide'], ['isLabelled']],
};

export function historyFrom(first: readonly ObjectState[], drafts: readonly (readonly Draft[])[]): History {
  const there = new Map(first.map((object) => [keyOf(object), object]));
  const later = drafts.map((step) => stepFrom(step, there));
  return { steps: [first.map((object): Operation => ({ do: 'put', object })), ...later] };
}

/** Brings `there` up to date. */
function stepFrom(drafts: readonly Draft[], there: Map<string, ObjectState>): Step {
  const operations = new Map<string, Operation>();
  for (const draft of drafts) {
    const operation = operationFrom(draft, [...there.values()]);
    if (operation === undefined) continue;
    const key = keyOf(operation.object);
    if (operations.has(key)) continue;
    operations.set(key, operation);
    if (operation.do === 'put') there.set(key, operation.object);
    else there.delete(key);
  }
  return [...operations.values()];
}

function operationFrom(draft: Draft, there: readonly ObjectState[]): Operation | undefined {
  if (draft.do === 'put') return draft;
  // Slices change most.
  const choices = [...there, ...there.filter(({ kind }) => kind === 'slice')];
  const object = choices[draft.pick % choices.length];
  if (object === undefined) return undefined;
  const { kind, namespace, id } = object;
  // A Namespace takes all that is in it along, so it goes less often.
  if (draft.do === 'delete' && kind === 'namespace' && draft.pick % 4 > 0) return undefined;
  if (draft.do === 'delete') return { do: 'delete', object: { kind, namespace, id } };
  return { do: 'put', object: changed(object, otherwise(draft.fresh[kind], object, there), draft.aspect) };
}

/** A slice that moves goes to another Service that is there. */
function otherwise(fresh: ObjectState, object: ObjectState, there: readonly ObjectState[]): ObjectState {
  if (fresh.kind !== 'slice' || object.kind !== 'slice') return fresh;
  const others = there.filter(
    ({ kind, namespace, id }) => kind === 'service' && namespace === object.namespace && id !== object.service,
  );
  const other = others[(fresh.service ?? 0) % Math.max(1, others.length)];
  return other === undefined || fresh.service === undefined ? fresh : { ...fresh, service: other.id };
}

function changed(object: ObjectState, fresh: ObjectState, aspect: number): ObjectState {
  const choices = aspects[object.kind];
  const fields = choices[aspect % choices.length]!;
  const entries = Object.entries(object).filter(([field]) => !fields.includes(field));
  const taken = Object.entries(fresh).filter(([field]) => fields.includes(field));
  return Object.fromEntries([...entries, ...taken]) as unknown as ObjectState;
}
