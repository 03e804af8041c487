/** The metrics of the table, as Prometheus's client keeps and writes them. Nothing else knows prom-client. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type LabelsOf, type MetricDeclaration, type MetricName, metricTable, type NameOf } from './metric-table.ts';

type Instrument = Counter | Gauge | Histogram;

export class Instruments {
  readonly #registry = new Registry();
  readonly #instruments: ReadonlyMap<string, Instrument>;

  /** Those that have no labels begin with 0; `forget` what is not known yet. */
  constructor() {
    const entries = Object.entries<MetricDeclaration>(metricTable);
    this.#instruments = new Map(entries.map(([name, each]) => [name, instrumentOf(name, each, this.#registry)]));
  }

  count<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.#counter(name).inc(labels, by);
  }

  /** For what is counted elsewhere and never falls. */
  setTotal<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>, total: number): void {
    this.#counter(name).remove(labels);
    this.#counter(name).inc(labels, total);
  }

  set<Name extends NameOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    (this.#instruments.get(name) as Gauge).set(labels, value);
  }

  /** The gauge has no value until it is set again. */
  forget(name: NameOf<'gauge'>): void {
    const gauge = this.#instruments.get(name) as Gauge;
    gauge.reset();
    gauge.remove({});
  }

  observe<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    (this.#instruments.get(name) as Histogram).observe(labels, value);
  }

  /** An observation that there may be, with 0 of them. */
  expect<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>): void {
    (this.#instruments.get(name) as Histogram).zero(labels);
  }

  /** All of them, in Prometheus's text format 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: MetricName): Counter {
    return this.#instruments.get(name) as Counter;
  }
}

function instrumentOf(
  name: string,
  { type, help, labels, buckets }: MetricDeclaration,
  registry: Registry,
): Instrument {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  switch (type) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, buckets: [...(buckets ?? [])] });
  }
}
