/** A cluster's name at the edge: 1 to 32 of `a`–`z`, `0`–`9` and `-`. It stands in paths, keys and manifests. */

declare const clusterId: unique symbol;

export type ClusterId = string & { readonly [clusterId]: true };

/** Undefined when the text is no cluster id. */
export function parseClusterId(text: string): ClusterId | undefined {
  return /^[a-z0-9-]{1,32}$/.test(text) ? (text as ClusterId) : undefined;
}
