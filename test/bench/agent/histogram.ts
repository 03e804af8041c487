/** Percentiles of histograms that a program tells in Prometheus' text format. */

export interface Histogram {
  /** How many observations were at most so large, by the limit, ascending. */
  readonly counts: ReadonlyMap<number, number>;
}

/** All of that name together, whatever their other labels; those alone that have `label="value"` of `labels`. */
export function readHistogram(text: string, name: string, labels: Readonly<Record<string, string>> = {}): Histogram {
  const counts = new Map<number, number>();
  for (const line of text.split('\n')) {
    const match = /^(\w+)_bucket\{(.*)\} (\S+)$/.exec(line);
    if (match?.[1] !== name) continue;
    const own = new Map([...match[2]!.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!]));
    if (Object.entries(labels).some(([label, value]) => own.get(label) !== value)) continue;
    const limit = own.get('le') === '+Inf' ? Number.POSITIVE_INFINITY : Number(own.get('le'));
    counts.set(limit, (counts.get(limit) ?? 0) + Number(match[3]));
  }
  return { counts: new Map([...counts].sort(([a], [b]) => a - b)) };
}

/** What was observed between the two. */
export function difference(after: Histogram, before: Histogram): Histogram {
  return {
    counts: new Map([...after.counts].map(([limit, count]) => [limit, count - (before.counts.get(limit) ?? 0)])),
  };
}

/** The limit of the bucket that the percentile is in; undefined when nothing was observed. */
export function bucketOf({ counts }: Histogram, percent: number): number | undefined {
  const all = [...counts.values()].at(-1) ?? 0;
  if (all === 0) return undefined;
  return [...counts].find(([, count]) => count >= (all * percent) / 100)![0];
}
