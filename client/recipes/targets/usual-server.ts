/** Stands in configurations where a user's own name server belongs: an address that is nobody's (RFC 5737). */
export const usualServer = '192.0.2.53';
