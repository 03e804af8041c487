/** Which label keeps pods from their Service. Pure. */
import { type Finding, finding } from './finding.ts';
import type { KubePod, KubeService, KubeStatefulSet } from './objects.ts';

type Labels = Readonly<Record<string, string>>;

/** Something with labels that the Service may have meant. */
interface Candidate {
  /** Such as `pod redis-0`. */
  readonly title: string;
  readonly labels: Labels;
  /** Whether it says by itself that it belongs to the Service. */
  readonly belongs: boolean;
}

/** The keys in which the labels are not what the selector wants. */
export function differing(selector: Labels, labels: Labels): readonly string[] {
  return Object.keys(selector).filter((key) => labels[key] !== selector[key]);
}

export function mismatch({ name, selector }: KubeService, { title, labels }: Omit<Candidate, 'belongs'>): Finding {
  const [key = ''] = differing(selector, labels);
  const has = labels[key] === undefined ? `has no label ${key}` : `has ${key}=${labels[key]}`;
  return finding(
    'SELECTOR_MISMATCH',
    `Service ${name} selects ${key}=${selector[key]}, and ${title} ${has}.`,
    `Let the Service's selector and the labels of the pods agree in ${key}.`,
  );
}

/** Of what the Service does not select, what it most likely means; undefined when nothing is like it. */
export function nearest(
  service: KubeService,
  pods: readonly KubePod[],
  statefulSets: readonly KubeStatefulSet[] | 'unknown',
): Candidate | undefined {
  const sets = statefulSets === 'unknown' ? [] : statefulSets;
  const candidates: readonly Candidate[] = [
    ...sets.map(({ name, podLabels, serviceName }) => ({
      title: `the pod template of StatefulSet ${name}`,
      labels: podLabels,
      belongs: serviceName === service.name,
    })),
    ...pods.map(({ name, labels, subdomain }) => ({
      title: `pod ${name}`,
      labels,
      belongs: subdomain === service.name,
    })),
  ];
  const differences = (candidate: Candidate): number => differing(service.selector, candidate.labels).length;
  return candidates
    .filter(
      (candidate) => differences(candidate) > 0 && (candidate.belongs || isNear(service.selector, candidate.labels)),
    )
    .sort((a, b) => Number(b.belongs) - Number(a.belongs) || differences(a) - differences(b))[0];
}

/** Some label is as wanted, or one is as if somebody had misspelt it. */
function isNear(selector: Labels, labels: Labels): boolean {
  const differ = differing(selector, labels);
  return differ.length < Object.keys(selector).length || differ.some((key) => isLike(selector[key]!, labels[key]));
}

const maxSlips = 2;

function isLike(wanted: string, value: string | undefined): boolean {
  if (value === undefined || value === '') return false;
  return value.includes(wanted) || wanted.includes(value) || slips(wanted, value) <= maxSlips;
}

/** How many letters have to be put in, taken out or changed (the distance of Levenshtein). */
function slips(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed));
    }
    row = next;
  }
  return row[b.length]!;
}
