/** The body of a request that does not come before a test lets it. */
export class HeldBody {
  readonly stream: ReadableStream;
  /** Resolves when somebody reads it, and so has checked what comes in front of it. */
  readonly reached: Promise<void>;
  release: () => void = () => {};
  /** How often it was read. */
  reads = 0;

  constructor(octets: Uint8Array<ArrayBuffer>) {
    let reach = (): void => {};
    this.reached = new Promise((resolve) => {
      reach = resolve;
    });
    const released = new Promise<void>((resolve) => {
      this.release = resolve;
    });
    this.stream = new ReadableStream(
      {
        pull: async (controller) => {
          this.reads += 1;
          reach();
          await released;
          controller.enqueue(octets);
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }
}
