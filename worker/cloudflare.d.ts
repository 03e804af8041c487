/** A stream of so many octets: more or fewer are an error. A response made of it says its length. */
declare class FixedLengthStream {
  constructor(octets: number);
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
}

/** What the Worker uses of the platform's own module. */
declare module 'cloudflare:workers' {
  interface DurableObjectState {
    readonly storage: import('./objects.ts').ObjectStorage;
  }

  /** The methods of a class that extends it can be called through its binding. */
  export abstract class DurableObject<Bindings> {
    protected readonly ctx: DurableObjectState;
    protected readonly env: Bindings;
    constructor(ctx: DurableObjectState, env: Bindings);
  }
}
