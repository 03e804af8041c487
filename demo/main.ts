/** `npm start`: reads the flags, runs the demo until Ctrl-C, and turns every failure into one line and an exit code. */
import { setImmediate } from 'node:timers/promises';
import { tellFailure } from '../client/failure.ts';
import { readDemoFlags, usage } from './options.ts';

/** What is still open after this long is left to the operating system. */
const shutdownMilliseconds = 2000;

/** How often to look whether npm is still there. */
const parentPollMilliseconds = 100;

const stop = new AbortController();
stop.signal.addEventListener('abort', () => setTimeout(() => process.exit(), shutdownMilliseconds).unref());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

// Nobody reads on, as with `npm start | head`.
process.stdout.on('error', () => stop.abort());

// npm runs this through a shell, which does not pass a signal on: when it has gone, so must we.
const parent = process.ppid;
if (process.env['npm_lifecycle_event'] !== undefined) {
  setInterval(() => {
    if (process.ppid !== parent) stop.abort();
  }, parentPollMilliseconds).unref();
}

try {
  const settings = readDemoFlags(process.argv.slice(2));
  if (settings.kind === 'help') process.stdout.write(usage);
  else {
    // Only now, because it takes a while to load, and a wrong flag should be told at once.
    const { runDemo } = await import('./demo.ts');
    // Signals that came meanwhile are told now.
    await setImmediate();
    await runDemo(settings, (line) => process.stdout.write(`${line}\n`), stop.signal);
  }
  process.exit();
} catch (error) {
  process.exit(tellFailure(error));
}
