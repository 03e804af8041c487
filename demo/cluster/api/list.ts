/** Lists: whole or in pages that all show the same version. */
import { apiVersionOf, type Resource } from '../resources.ts';
import { badRequest, expired, tooLargeResourceVersion } from '../status.ts';
import { keyOf, type ObjectStore } from '../store.ts';
import type { ApiObject } from '../types.ts';
import type { ListOptions } from './read-options.ts';

/** One page of a list. */
export interface ListPage {
  readonly items: readonly ApiObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

/** Throws Expired when the page's version is forgotten, Timeout when the asked version is still to come. */
export function listPage(
  store: ObjectStore,
  resource: Resource,
  namespace: string | undefined,
  options: ListOptions,
): ListPage {
  const wanted = Math.max(options.notOlderThan ?? 0, options.exactly ?? 0);
  if (wanted > store.version) throw tooLargeResourceVersion(wanted, store.version);
  const position = options.continueToken === '' ? undefined : decodeContinue(options.continueToken);
  const version = position?.version ?? options.exactly ?? store.version;
  const objects = version === LATEST ? store.list(resource.plural, namespace) : objectsAt(version);
  const from = position === undefined ? 0 : objects.findIndex((object) => keyOf(object) > position.afterKey);
  const rest = (from < 0 ? [] : objects.slice(from)).filter(options.matches);
  const shown = version === LATEST ? store.version : version;
  if (options.limit === 0 || rest.length <= options.limit) {
    return { items: rest, metadata: { resourceVersion: String(shown) } };
  }
  const items = rest.slice(0, options.limit);
  return {
    items,
    metadata: {
      resourceVersion: String(shown),
      continue: encodeContinue({ version: shown, afterKey: keyOf(items.at(-1)!) }),
      // With a selector a real server does not know how many are left.
      ...(options.selectsAll ? { remainingItemCount: rest.length - items.length } : {}),
    },
  };

  function objectsAt(at: number): readonly ApiObject[] {
    const found = store.listAt(resource.plural, namespace, at);
    if (found !== undefined) return found;
    if (position === undefined) throw expired('The resourceVersion for the provided list is too old.');
    throw expired(CONTINUE_TOO_OLD, encodeContinue({ version: LATEST, afterKey: position.afterKey }));
  }
}

/** The page as a List object; its items do not repeat their kind, as with a real server. */
export function listBody(resource: Resource, { items, metadata }: ListPage) {
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: items.map(({ kind, apiVersion, ...item }) => item),
  };
}

/** In a continue token: go on with whatever is there now. */
const LATEST = -1;

const CONTINUE_TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

interface Position {
  readonly version: number;
  readonly afterKey: string;
}

/** The token of a real server: version and first key of the next page, as JSON in base64url. */
function encodeContinue({ version, afterKey }: Position): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `${afterKey}\0` })).toString(
    'base64url',
  );
}

function decodeContinue(token: string): Position {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (v === 'meta.k8s.io/v1' && Number.isInteger(rv) && typeof start === 'string') {
      return { version: rv, afterKey: start.replace(/\0$/, '') };
    }
  } catch {
    // Not JSON: refused below.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}
