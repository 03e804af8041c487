/** One question asked of two DoH servers, and what of the two answers must be equal. */
import { readFileSync } from 'node:fs';
import type { Answer } from 'dns-packet';
import { DohClient, type QuestionType } from '../../../client/doh-client.ts';

export interface Comparison {
  readonly ours: string;
  readonly theirs: string;
}

export class Comparer {
  readonly #ours: DohClient;
  readonly #theirs: DohClient;

  constructor(
    ours: { readonly doh: string; readonly ca: string },
    theirs: { readonly url: string; readonly ca: string },
  ) {
    this.#ours = new DohClient({ url: new URL(ours.doh), authorityPem: readFileSync(ours.ca, 'utf8') });
    this.#theirs = new DohClient({ url: new URL(theirs.url), authorityPem: readFileSync(theirs.ca, 'utf8') });
  }

  async ask(name: string, type: QuestionType): Promise<Comparison> {
    const [ours, theirs] = await Promise.all([textOf(this.#ours, name, type), textOf(this.#theirs, name, type)]);
    return { ours, theirs };
  }

  askTheirs(name: string, type: QuestionType): Promise<string> {
    return textOf(this.#theirs, name, type);
  }

  close(): void {
    this.#ours.close();
    this.#theirs.close();
  }
}

/** RCODE, whether an SOA comes along, the answer section with TTLs, and the addresses of SRV targets. */
async function textOf(client: DohClient, name: string, type: QuestionType): Promise<string> {
  const { rcode, packet } = await client.ask(name.replace(/\.$/, ''), type);
  const { answers = [], authorities = [], additionals = [] } = packet;
  const soa = authorities.some((record) => record.type === 'SOA') ? ['with SOA'] : [];
  const glue = answers.some((record) => record.type === 'SRV')
    ? additionals.filter((record) => record.type !== 'OPT')
    : [];
  return [rcode, ...soa, ...answers.map(lineOf).sort(), ...glue.map((record) => `glue ${lineOf(record)}`).sort()].join(
    '\n',
  );
}

function lineOf(record: Answer): string {
  if (!('data' in record) || !('ttl' in record)) return record.type;
  const { data } = record;
  if (record.type === 'SRV') {
    const { priority, weight, port, target } = record.data;
    return `${record.name} ${record.ttl} SRV ${priority} ${weight} ${port} ${target}`;
  }
  const text = Array.isArray(data)
    ? data.map(String).join(' ')
    : typeof data === 'string'
      ? data
      : JSON.stringify(data);
  return `${record.name} ${record.ttl} ${record.type} ${text}`;
}
