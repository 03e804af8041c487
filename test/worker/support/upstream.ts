/** A DoH server elsewhere that a test answers for. */
import dnsPacket, { type Packet } from 'dns-packet';
import type { Sending } from '../../../worker/environment.ts';
import type { Outside, OutsidePolicy } from '../../../worker/outside/policy.ts';
import { parseName } from '../../../zone/name.ts';
import type { TestMachine } from './test-machine.ts';

const secretUrl = 'https://resolver.example.net/secret/dns-query';

/** What a Worker is told that forwards there, or that does something else. */
export function outside(kind: OutsidePolicy['kind'], endpointHost?: string): Outside {
  return {
    policy: kind === 'forward' ? { kind, upstream: secretUrl } : { kind },
    endpointHost: endpointHost === undefined ? undefined : parseName(endpointHost),
  };
}

/** Records as dns-packet takes them; types that it does not know are `UNKNOWN_<code>` with octets as data. */
export type Contents = Partial<Pick<Packet, 'answers' | 'authorities' | 'additionals' | 'flags'>>;

type Answer = (question: Uint8Array<ArrayBuffer>) => Response | Promise<Response>;

const responseFlags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;

export class Upstream {
  /** All that came in, with its HTTP fields. */
  readonly received: Sending[] = [];
  #answers: Answer[] = [];

  constructor(machine: TestMachine) {
    machine.elsewhere.set(secretUrl, (sending) => {
      if (sending === undefined) throw new Error('it was asked by GET');
      this.received.push(sending);
      const [answer] = this.#answers;
      if (answer === undefined) throw new Error('nobody said what to answer');
      if (this.#answers.length > 1) this.#answers.shift();
      return answer(sending.body);
    });
  }

  /** Answers in turn; the last stays. */
  does(...answers: readonly Answer[]): void {
    this.#answers = [...answers];
  }

  answers(contents: Contents, headers: Readonly<Record<string, string>> = {}): void {
    this.does((question) => dohResponse(answerTo(question, contents), headers));
  }

  /** Each question as a line, in the order in which they came. */
  get questions(): string[] {
    return this.received.map(({ body }) => {
      const { questions = [] } = dnsPacket.decode(Buffer.from(body));
      return questions.map(({ name, type }) => `${name} ${type}`).join();
    });
  }
}

/** A response to the question, with the question repeated. */
export function answerTo(question: Uint8Array, contents: Contents): Uint8Array<ArrayBuffer> {
  const { id, questions } = dnsPacket.decode(Buffer.from(question));
  const { flags = 0, ...sections } = contents;
  const response = { type: 'response', id: id ?? 0, flags: responseFlags | flags, questions, ...sections } as const;
  return Uint8Array.from(dnsPacket.encode(response as Packet));
}

export function dohResponse(octets: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(octets, { headers: { 'content-type': 'application/dns-message', ...headers } });
}

export const rcode = { serverFailure: 2, nameError: 3, refused: 5 } as const;
