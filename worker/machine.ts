/** Time, chance, the network and the log, as the platform has them. Requests have a log of their own: see journal.ts. */
import type { Machine } from './environment.ts';

export const platform: Machine = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
  fetch: (url, sending) => fetch(url, { ...sending, redirect: 'manual' }),
  log: (line, kind) => {
    // biome-ignore lint/suspicious/noConsole: a Worker has no other log.
    if (kind === 'event') console.log(line);
    // biome-ignore lint/suspicious/noConsole: as above.
    else console.error(line);
  },
};
