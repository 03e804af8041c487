/** What the real wrangler is run with in tests, so that it speaks to this machine alone and leaves nothing behind. */

/** `folder` takes its logs. */
export function quietWrangler(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // With its banner it asks the registry of npm whether it is the newest.
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_LOG_PATH: folder,
  };
}
