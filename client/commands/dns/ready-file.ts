/** The ready file of `kube-doh dns`: where it listens and for what. */

export interface ReadyFile {
  /** `HOST:PORT`, with brackets around an IPv6 address. */
  readonly listen: readonly string[];
  /** Without final dots. */
  readonly zones: readonly string[];
  /** Names. */
  readonly profiles: readonly string[];
}
