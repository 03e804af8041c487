/**
 * Loaded into a program before its own modules (`--import`): its wall clock can be set while it runs, and its steady clock
 * can be fast. CLOCK_FILE names a file with the milliseconds by which the wall clock is off, read again at SIGUSR2;
 * CLOCK_FACTOR says how much faster the steady clock goes.
 */
import { readFileSync } from 'node:fs';

const factor = Number(process.env['CLOCK_FACTOR'] ?? 1);
const file = process.env['CLOCK_FILE'];
const wallNow = Date.now;
const steadyNow = performance.now.bind(performance);
let offByMilliseconds = 0;

Date.now = () => wallNow() + offByMilliseconds;
globalThis.Date = new Proxy(Date, {
  construct: (target, args: ConstructorParameters<typeof Date> | []) =>
    args.length === 0 ? new target(target.now()) : new target(...args),
});
performance.now = () => steadyNow() * factor;

if (file !== undefined) {
  process.on('SIGUSR2', () => {
    offByMilliseconds = Number(readFileSync(file, 'utf8'));
  });
}
