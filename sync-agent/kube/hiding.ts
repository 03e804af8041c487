/** The annotation that keeps an object, and all that belongs to it, out of the snapshot. Pure. */
import { fieldsOf, isAbsent, isObject, quote } from './json.ts';
import type { ProblemList } from './trimmed.ts';

export const hidingAnnotation = 'kube-doh/hide';

/** "true" hides, "false" shows. What is neither hides too, and is a problem: somebody wanted something, and hiding is safe. */
export function isHidden(object: unknown, problems: ProblemList): boolean {
  const annotations = fieldsOf(fieldsOf(object)['metadata'])['annotations'];
  if (isAbsent(annotations)) return false;
  if (!isObject(annotations)) {
    problems.add(`metadata.annotations is ${quote(annotations)}, not a map; it is hidden`);
    return true;
  }
  if (!Object.hasOwn(annotations, hidingAnnotation)) return false;
  const value = annotations[hidingAnnotation];
  if (value === 'false') return false;
  if (value !== 'true') {
    problems.add(`metadata.annotations["${hidingAnnotation}"]: ${quote(value)} is not "true" or "false"; it is hidden`);
  }
  return true;
}
