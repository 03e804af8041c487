/** What an asker may hear of, worked out once for each permission. */
import type { Permission } from '../access/permission.ts';
import type { Reader } from '../access/principal.ts';
import { type View, wholeView } from '../answers/scope.ts';

export interface KeyedView {
  readonly view: View;
  /** The same for all who hear the same. It holds no NUL. */
  readonly key: string;
}

const keyedWholeView: KeyedView = { view: wholeView, key: '' };

const byPermission = new WeakMap<Permission, KeyedView>();

export function viewOf(reader: Reader): KeyedView {
  if (reader.kind === 'open') return keyedWholeView;
  const { permission } = reader;
  let keyed = byPermission.get(permission);
  if (keyed === undefined) {
    keyed = keyedView(permission);
    byPermission.set(permission, keyed);
  }
  return keyed;
}

function keyedView({ namespaces, zone }: Permission): KeyedView {
  if (namespaces === null && zone === null) return keyedWholeView;
  const view: View = { scope: namespaces === null ? 'all' : new Set(namespaces), pointerZone: zone ?? undefined };
  return { view, key: JSON.stringify([namespaces, zone]) };
}
