/** Why a configuration cannot be written. */

export type RecipeErrorCode =
  /** A zone or an edge's host is no host name, or a token is too long for the target. */
  | 'UNWRITABLE'
  /** The target asks the edge by itself, which needs https. */
  | 'PLAIN_EDGE'
  /** The target takes one edge, and there are several. */
  | 'SEVERAL_EDGES'
  /** The target never asks for the zones that there are. */
  | 'NO_ALIAS'
  /** The target cannot ask a stub at this address. */
  | 'STUB_ADDRESS'
  /** What is to be watched is not for the target. */
  | 'NOT_WATCHED';

/** The message is one line that says what to do. It never holds a token. */
export class RecipeError extends Error {
  readonly code: RecipeErrorCode;

  constructor(code: RecipeErrorCode, message: string) {
    super(message);
    this.name = 'RecipeError';
    this.code = code;
  }
}
