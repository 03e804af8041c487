/** What the cases have to know of the places where the Worker is asked. */

/** Where the closed endpoint says that it is found. */
export const endpointHost = 'dns.example.net';
/** Of each credential, and of each address without one, where anything is limited. */
export const limitPerMinute = 8;
