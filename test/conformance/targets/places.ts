/** What the cases have to know of the places where the Worker is asked. */

/** Where the closed endpoint says that it is found. */
export const endpointHost = 'dns.example.net';
