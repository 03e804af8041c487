/** Who answers what comes in. */
import type { Transport } from '../stub/contract.ts';

export interface Resolver {
  /** Never throws, never rejects. Undefined: nothing is sent. The message is not changed afterwards. */
  answer(message: Uint8Array, transport: Transport): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}
