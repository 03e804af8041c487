/**
 * One connection: questions one behind the other, answered as soon as each can be, in any order (RFC 7766 §6.2.1.1, §7).
 */
import type { Socket } from 'node:net';
import type { Resolver } from './resolver.ts';
import { FrameReader, framed } from './tcp-frames.ts';

export interface TcpBounds {
  /** Without a whole question or an answer, it is closed. */
  readonly idleMilliseconds: number;
  /** Questions at once; the next are read when one of them is answered. */
  readonly maxUnderWay: number;
}

/** Of answers that the client does not read, before no more questions are. */
const maxUnsentOctets = 128 * 1024;

export class TcpConnection {
  readonly #socket: Socket;
  readonly #resolver: Resolver;
  readonly #bounds: TcpBounds;
  readonly #frames = new FrameReader();
  readonly #idle: NodeJS.Timeout;
  readonly #onUse: () => void;
  #underWay = 0;
  /** The client asks nothing more. */
  #isComplete = false;

  /** `onUse` is called at each whole question and each answer. */
  constructor(socket: Socket, resolver: Resolver, bounds: TcpBounds, onUse: () => void) {
    this.#onUse = onUse;
    this.#socket = socket;
    this.#resolver = resolver;
    this.#bounds = bounds;
    this.#idle = setTimeout(() => socket.destroy(), bounds.idleMilliseconds);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#frames.push(chunk);
      this.#readOn();
    });
    socket.on('drain', () => this.#readOn());
    socket.on('end', () => {
      this.#isComplete = true;
      this.#readOn();
    });
    // Whoever breaks off is told nothing.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearTimeout(this.#idle));
  }

  #readOn(): void {
    const { maxUnderWay } = this.#bounds;
    this.#socket.cork();
    while (this.#underWay < maxUnderWay && this.#socket.writableLength < maxUnsentOctets) {
      const message = this.#frames.next();
      if (message === undefined) {
        this.#socket.resume();
        if (this.#isComplete && this.#underWay === 0) this.#socket.end();
        this.#socket.uncork();
        return;
      }
      this.#use();
      this.#ask(message);
    }
    this.#socket.pause();
    this.#socket.uncork();
  }

  #use(): void {
    this.#idle.refresh();
    this.#onUse();
  }

  #ask(message: Uint8Array): void {
    const answer = this.#resolver.answer(message, 'tcp');
    if (!(answer instanceof Promise)) {
      this.#send(answer);
      return;
    }
    this.#underWay += 1;
    void answer.then((late) => {
      this.#underWay -= 1;
      this.#send(late);
      this.#readOn();
    });
  }

  /** What is not answered was no question, and what comes behind it will be none either. */
  #send(answer: Uint8Array | undefined): void {
    if (!this.#socket.writable) return;
    this.#use();
    if (answer === undefined) this.#socket.end();
    else this.#socket.write(framed(answer));
  }
}
