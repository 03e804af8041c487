/** Order statistics of samples. */

export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** The least sample that `percent` of all are not above. There must be one. */
export function percentile(samples: readonly number[], percent: number): number {
  const ascending = [...samples].sort((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)]!;
}

/** The mean of what is left without the least and the greatest sixth. There must be one. */
export function trimmedMean(samples: readonly number[]): number {
  const ascending = [...samples].sort((a, b) => a - b);
  const cut = Math.floor(ascending.length / 6);
  const kept = ascending.slice(cut, ascending.length - cut);
  return kept.reduce((sum, one) => sum + one, 0) / kept.length;
}
