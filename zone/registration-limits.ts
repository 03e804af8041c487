/** What one cluster may register at the edge. The agent refuses more before it starts, the edge when it is asked. */

/** The cluster's own domain and its aliases together. */
export const maxZones = 16;
