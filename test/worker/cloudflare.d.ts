/** What the tests use of the platform's own modules. */
declare module 'cloudflare:workers' {
  export const env: Required<
    Pick<import('../../worker/environment.ts').Bindings, 'STORE' | 'REGISTRY' | 'PUBLICATIONS' | 'JOURNAL'>
  >;
  export const exports: { readonly default: { fetch(request: Request): Promise<Response> } };
}

declare module 'cloudflare:test' {
  /** Ends the object; what it keeps stays, and the next call starts it again. */
  export function evictDurableObject(stub: unknown): Promise<void>;
  /** Wakes the object now, if it has set an alarm; whether it had. */
  export function runDurableObjectAlarm(stub: unknown): Promise<boolean>;
}
