/** What the cluster, the edge and the rest of the world are called here. */

export const clusterName = 'prod';

/** The cluster's own zone, and its alias. */
export const zones = ['cluster.local', 'prod.k8s.example.com'] as const;

/** Of the cluster's records: short, so that what is kept of them is soon too old. */
export const ttlSeconds = 4;

/** Where the edge is found, once the old resolver was asked. */
export const edge = { name: 'edge.example.net', address: '192.0.2.2', port: 8443 } as const;

/** Every host's resolver before an installation. */
export const oldResolver = '192.0.2.3';

/** Names that are none of the cluster's. */
export const others = { 'www.example.org': '198.51.100.80', 'mail.example.org': '198.51.100.25' } as const;
