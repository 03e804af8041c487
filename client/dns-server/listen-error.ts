/** Why an address cannot be listened on, as one line that says what to do. */
export class ListenError extends Error {
  readonly code = 'LISTEN';

  /** `shown` is the address with its port. */
  constructor(shown: string, cause: NodeJS.ErrnoException) {
    super(`cannot listen on ${shown}: ${reasonOf(cause)}`, { cause });
    this.name = 'ListenError';
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program has the port, perhaps another kube-doh dns; end it, or choose another port with --listen';
    case 'EACCES':
      return 'this user may not; choose a port above 1023 with --listen, or run it as a service (kube-doh dns install)';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address; choose one that it has with --listen';
    default:
      return `${message}; choose another address with --listen`;
  }
}
