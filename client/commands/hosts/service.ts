/** Services as people name them. */
import { UsageError } from '../../../sync-agent/usage.ts';
import { labelsOf, type Name, NameError, type RelativeName, relativeTo } from '../../../zone/name.ts';
import { fullName } from '../../export/full-name.ts';

/** `SERVICE.NAMESPACE`, or a full name in one of the zones; as `service.namespace.svc`. Throws UsageError. */
export function readService(text: string, zones: readonly Name[]): RelativeName {
  const name = nameOf(text, zones);
  // Of zones within each other the inner one has it.
  const inner = zones
    .map((zone) => relativeTo(name, zone))
    .filter((relative) => relative !== undefined)
    .sort((a, b) => a.length - b.length)[0];
  const labels = inner === undefined ? [] : labelsOf(inner);
  if (inner !== undefined && labels.length === 3 && labels[2] === 'svc') return inner;
  throw new UsageError(`"${text}" is no service: pass SERVICE.NAMESPACE, such as web.default, or its full name`);
}

function nameOf(text: string, zones: readonly Name[]): Name {
  try {
    return fullName(text, zones).name;
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(error.message);
    throw error;
  }
}
