/** Which failures of a question pass by themselves. */

const passingCodes: ReadonlySet<unknown> = new Set(['NO_DNS_ANSWER', 'TOO_MANY_REQUESTS', 'NO_RECORDS']);

/** Whether asking again later may help: an edge that is away comes back, a refused token stays refused. */
export function mayPass(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && passingCodes.has(error.code);
}
