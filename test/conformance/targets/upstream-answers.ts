/** What the server to which the Worker forwards answers. */

/** Every name has this address there. */
export const upstreamAddress = '192.0.2.53';
export const upstreamTtlSeconds = 120;
/** How old its answers are already. */
export const upstreamAgeSeconds = 20;
