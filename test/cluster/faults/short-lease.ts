/** A Lease that a test can wait for. */

export const shortLease = [
  '--leader-elect',
  ...['--lease-duration', '3', '--lease-renew-deadline', '2', '--lease-retry', '0.5'],
];
