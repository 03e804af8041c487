/** An address that cannot be listened on. The message is one line that says what to do. */

export class ListenError extends Error {
  readonly code = 'LISTEN';

  /** `flag` chooses another address. */
  constructor(flag: string, host: string, port: number, cause: NodeJS.ErrnoException) {
    const reason =
      cause.code === 'EADDRINUSE'
        ? `another program listens there: stop it, or choose another with ${flag} HOST:PORT`
        : `${cause.message}: choose another with ${flag} HOST:PORT`;
    super(`cannot listen on ${host.includes(':') ? `[${host}]` : host}:${port}: ${reason}`, { cause });
    this.name = 'ListenError';
  }
}
