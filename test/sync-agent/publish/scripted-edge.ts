/** An edge that answers as a test says; the last answer is repeated. */
import type { Edge, EdgeAnswer } from '../../../sync-agent/publish/edge.ts';
import type { Manifest } from '../../../zone/manifest.ts';

export interface Put {
  readonly manifest: Manifest;
  readonly body: Uint8Array;
}

export class ScriptedEdge implements Pick<Edge, 'put'> {
  /** What came, in order. */
  readonly puts: Put[] = [];
  readonly #answers: EdgeAnswer[];

  constructor(...answers: EdgeAnswer[]) {
    this.#answers = answers;
  }

  put(manifest: Manifest, body: Uint8Array): Promise<EdgeAnswer> {
    this.puts.push({ manifest, body });
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    return Promise.resolve(answer ?? stored);
  }
}

export const stored: EdgeAnswer = { kind: 'stored' };

export function notNewer(epoch: number, serial: number): EdgeAnswer {
  return { kind: 'not-newer', stored: { epoch, serial } };
}

export function unavailable(reason = 'the edge answered 503: full', retryAfterSeconds?: number): EdgeAnswer {
  return { kind: 'unavailable', reason, retryAfterSeconds };
}

export function refused(reason = 'the edge answered 403: unknown key'): EdgeAnswer {
  return { kind: 'refused', reason };
}
