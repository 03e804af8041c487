/** What the agent has to say, as events with facts; how they are written is decided where the process begins. */

/** Names in camelCase; values as they are, never a credential. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** A message is one clear line, the same for all events of a kind as far as that reads well. */
export interface Log {
  info(message: string, facts?: Facts): void;
  /** Something is wrong, and the agent goes on. */
  warn(message: string, facts?: Facts): void;
  /** Somebody has to do something. */
  error(message: string, facts?: Facts): void;
}
