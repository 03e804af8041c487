/**
 * The heap of an isolate, asked through workerd's inspector. An isolate cannot tell it itself: workerd does not implement
 * process.memoryUsage.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const wakeIntervalMilliseconds = 20;

export class Inspector {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)));
    });
    return new Inspector(socket);
  }

  /** Octets of all that is in use, buffers outside the heap included. */
  async usedOctets(): Promise<number> {
    const { usedSize, backingStorageSize } = await this.#call('Runtime.getHeapUsage');
    return usedSize! + backingStorageSize!;
  }

  /** The collection waits until the isolate runs the next time; `wake` makes it run. */
  async collectGarbage(wake: () => Promise<void>): Promise<void> {
    let isCollected = false;
    const collected = this.#call('HeapProfiler.collectGarbage').then(() => {
      isCollected = true;
    });
    // A request may overtake the message, so one does not always do.
    while (!isCollected) await Promise.race([collected, wake().then(() => sleep(wakeIntervalMilliseconds))]);
  }

  close(): void {
    this.#socket.close();
  }

  #call(method: string): Promise<Readonly<Record<string, number>>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const listen = ({ data }: MessageEvent): void => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: Record<string, number>; error?: unknown };
        if (answer.id !== id) return;
        this.#socket.removeEventListener('message', listen);
        if (answer.result === undefined) reject(new Error(`${method}: ${JSON.stringify(answer.error)}`));
        else resolve(answer.result);
      };
      this.#socket.addEventListener('message', listen);
      this.#socket.send(JSON.stringify({ id, method, params: {} }));
    });
  }
}
