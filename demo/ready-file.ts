/** The ready file of the demo: where and how to ask. */

export interface ReadyFile {
  readonly url: string;
  /** Ends in /dns-query; the token is in its path. */
  readonly doh: string;
  readonly token: string | null;
  readonly cluster: string;
  /** Without final dots; the cluster's own domain first. */
  readonly zones: readonly [string, ...string[]];
  /** Path of the authority to trust, in PEM. */
  readonly ca: string | null;
}
