/**
 * Runs in workerd, inside the Worker's isolate: what `RATE_BY_TOKEN` and `RATE_BY_ADDRESS` are on Cloudflare. It counts calls
 * for each key, anew in each period, as the one there does.
 */

interface Settings {
  readonly limit: number;
  readonly periodSeconds: number;
}

/** Counts of keys that nobody asks with any more must not fill the memory within one period. */
const maxKeys = 100_000;

class RateLimiter {
  readonly #settings: Settings;
  readonly #counts = new Map<string, number>();
  #period = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async limit({ key }: { readonly key: string }): Promise<{ readonly success: boolean }> {
    const { limit, periodSeconds } = this.#settings;
    const period = Math.floor(Date.now() / (periodSeconds * 1000));
    if (period !== this.#period || this.#counts.size >= maxKeys) {
      this.#counts.clear();
      this.#period = period;
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return { success: count <= limit };
  }
}

// biome-ignore lint/style/noDefaultExport: workerd looks for it here.
export default function rateLimiter(settings: Settings): RateLimiter {
  return new RateLimiter(settings);
}
