/**
 * Runs in workerd, inside the Worker's isolate: what `METRICS` is on Cloudflare. Points that are written one after the other
 * go to the meter (meter-server.ts) in one request.
 */

interface Bindings {
  readonly meter: { fetch(url: string, init: { method: 'POST'; body: string }): Promise<Response> };
}

class Dataset {
  readonly #bindings: Bindings;
  #points: unknown[] = [];
  #sent: Promise<void> | undefined;

  constructor(bindings: Bindings) {
    this.#bindings = bindings;
  }

  /** Resolves when the point is counted, or lost. */
  writeDataPoint(point: unknown): Promise<void> {
    this.#points.push(point);
    this.#sent ??= this.#send();
    return this.#sent;
  }

  async #send(): Promise<void> {
    // Until all that is written in the same turn is there.
    await Promise.resolve();
    const body = JSON.stringify(this.#points);
    this.#points = [];
    this.#sent = undefined;
    try {
      const answer = await this.#bindings.meter.fetch('http://meter/points', { method: 'POST', body });
      await answer.arrayBuffer();
    } catch {
      // A count that is lost must not stop an answer.
    }
  }
}

// biome-ignore lint/style/noDefaultExport: workerd looks for it here.
export default function dataset(bindings: Bindings): Dataset {
  return new Dataset(bindings);
}
