/** What a conformance case is: what is asked, what must be answered, and which sentence of which document says so. */
import type { HttpAnswer, HttpRequest } from './http/exchange.ts';

/**
 * How strongly the document asks for it. `open`: it leaves it to the server, and what is tested is what this one chose
 * and its users rely on; another server may choose something else.
 */
export type Level = 'must' | 'should' | 'open';

/** Servers that the cases are tried with beside the Worker. */
export type OtherServer = 'coredns' | 'bind';

/** Undefined: as it must be. Otherwise one line that says what is wrong. */
export type Complaint = string | undefined;

/** Looks at one answer. The request is the one that it answers. */
export type Check = (answer: HttpAnswer, request: HttpRequest) => Complaint;

export interface Case {
  /** Stable and unique: the topic, and what it is about. */
  readonly id: string;
  /** Document and section, such as `RFC 8484 §4.1`. */
  readonly source: string;
  readonly level: Level;
  /** One sentence, as a user would say it. */
  readonly title: string;
  /** Asked one after the other, or all at once. */
  readonly ask: HttpRequest | readonly HttpRequest[];
  readonly atOnce?: boolean;
  /** All are applied to each answer. */
  readonly checks: readonly Check[];
  /** What the answers must be to each other. */
  readonly together?: (answers: readonly HttpAnswer[]) => Complaint;
  /** Servers with which it makes no sense, and why. */
  readonly unfit?: Readonly<Partial<Record<OtherServer, string>>>;
}

/** Cases about one thing. */
export interface Topic {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** The requests of a case, always as a list. */
export function requestsOf({ ask }: Case): readonly HttpRequest[] {
  return 'path' in ask ? [ask] : ask;
}
