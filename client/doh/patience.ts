/** How long whoever asks an edge waits, for what. */

export interface Patience {
  /** For a connection to open; then another one is tried. */
  readonly openMilliseconds: number;
  /** For an answer, on a connection that was there before; then it is asked whether it still lives. */
  readonly doubtMilliseconds: number;
  /** For the sign that it does; then another one is tried. */
  readonly signMilliseconds: number;
  /** For the answer, with everything before it. */
  readonly wholeMilliseconds: number;
}

/**
 * A C library gives up after 5 seconds, and answers that are kept serve before. An edge may take 2 seconds for what it has to
 * look up elsewhere: that much is left when the first connection turns out to be dead.
 */
export const stubPatience: Patience = {
  openMilliseconds: 1500,
  doubtMilliseconds: 1000,
  signMilliseconds: 500,
  wholeMilliseconds: 3800,
};

/** Whoever runs a command would rather wait for a slow network than ask again, but not for long. */
export const commandPatience: Patience = { ...stubPatience, openMilliseconds: 4000, wholeMilliseconds: 4000 };
