/** Order statistics of samples. */

export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** The least sample that `percent` of all are not above. There must be one. */
export function percentile(samples: readonly number[], percent: number): number {
  const ascending = [...samples].sort((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)]!;
}
