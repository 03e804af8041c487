/** A real Prometheus on a machine of the test's own, set up with what `kube-doh config` prints, and what it knows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { ClientMachine } from '../support/client-machine.ts';

export interface PrometheusTarget {
  readonly scrapePool: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Prometheus itself is in no hurry; nothing is different but how often it looks. */
const often = 'global:\n  scrape_interval: 2s\n  scrape_timeout: 2s\n  evaluation_interval: 1s\n';

export class Prometheus {
  readonly #machine: ClientMachine;
  readonly #listen: string;

  private constructor(machine: ClientMachine, listen: string) {
    this.#machine = machine;
    this.#listen = listen;
  }

  /** `configuration` is as `kube-doh config` prints it, with paths of this machine. */
  static async start(
    machine: ClientMachine,
    { port, configuration }: { readonly port: number; readonly configuration: string },
  ): Promise<Prometheus> {
    const listen = `127.0.0.1:${port}`;
    const file = join(machine.directory, `prometheus-${port}.yml`);
    writeFileSync(file, often + configuration.replaceAll('refresh_interval: 30s', 'refresh_interval: 1s'));
    const program = machine.start('prometheus', [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(machine.directory, `prometheus-${port}`)}`,
      `--web.listen-address=${listen}`,
    ]);
    let output = '';
    program.stderr!.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    program.stdout!.resume();
    const isReady = (): boolean => {
      if (program.exitCode !== null) throw new Error(`Prometheus ended: ${output}`);
      return output.includes('Server is ready to receive web requests');
    };
    await waitUntil('Prometheus to be ready', isReady, { timeoutSeconds: 60 });
    return new Prometheus(machine, listen);
  }

  /** Those of a job, by address. */
  async targets(job: string): Promise<readonly PrometheusTarget[]> {
    const { activeTargets } = await this.#get<{ activeTargets: PrometheusTarget[] }>('targets?state=active');
    const ofJob = activeTargets.filter(({ scrapePool }) => scrapePool === job);
    return ofJob.sort((a, b) => (a.labels['instance']! < b.labels['instance']! ? -1 : 1));
  }

  /** The value of each series, by one of its labels. */
  async query(expression: string, label: string): Promise<Readonly<Record<string, number>>> {
    const { result } = await this.#get<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`);
    return Object.fromEntries(result.map(({ metric, value }) => [metric[label] ?? '', Number(value[1])]));
  }

  /** How often a list could not be had. */
  async discoveryFailures(): Promise<number> {
    const metrics = await this.#fetch('metrics');
    return Number(/^prometheus_sd_http_failures_total (\d+)$/m.exec(metrics)![1]);
  }

  /** The names of alerts that fire, each once. */
  async firing(): Promise<readonly string[]> {
    const found = await this.query('ALERTS{alertstate="firing"}', 'alertname');
    return Object.keys(found).sort();
  }

  async #get<Data>(path: string): Promise<Data> {
    const text = await this.#fetch(`api/v1/${path}`);
    const { status, data } = JSON.parse(text) as { status: string; data: Data };
    if (status !== 'success') throw new Error(`Prometheus refuses ${path}: ${text}`);
    return data;
  }

  async #fetch(path: string): Promise<string> {
    const { stdout } = await this.#machine.run('curl', ['-sS', '--max-time', '10', `http://${this.#listen}/${path}`]);
    return stdout;
  }
}
