/** `npm start`: reads the flags, runs the demo until Ctrl-C, and turns every failure into one line and an exit code. */
import { UsageError } from '../sync-agent/options.ts';
import { runDemo } from './demo.ts';
import { readDemoFlags, usage } from './options.ts';

/** What is still open after this long is left to the operating system. */
const shutdownMilliseconds = 2500;

const exitCodes = { usage: 2, failure: 1 } as const;

/** How often to look whether npm is still there. */
const parentPollMilliseconds = 250;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stop.abort();
    setTimeout(() => process.exit(), shutdownMilliseconds).unref();
  });
}

// npm runs this through a shell, which does not pass a signal on: when it has gone, so must we.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent && process.env['npm_lifecycle_event'] !== undefined) stop.abort();
}, parentPollMilliseconds).unref();

try {
  const settings = readDemoFlags(process.argv.slice(2));
  if (settings.kind === 'help') process.stdout.write(usage);
  else await runDemo(settings, (line) => process.stdout.write(`${line}\n`), stop.signal);
  process.exit();
} catch (error) {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  process.stderr.write(`kube-doh: ${line}\n`);
  process.exit(error instanceof UsageError ? exitCodes.usage : exitCodes.failure);
}
