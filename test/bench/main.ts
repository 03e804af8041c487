/**
 * `npm run bench [-- --check]`: measures what a cluster costs, at three sizes, and prints one table. With `--check` it
 * exits with 1 when a figure misses its bar; the figures depend on the machine, so nothing else does.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figures } from './figures.ts';
import { sizes } from './sizes.ts';
import { type Measured, tableOf } from './table.ts';
import { workerd } from './workerd.ts';

const { values: flags } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const measured: Measured[] = [];
for (const [index, size] of sizes.entries()) {
  process.stderr.write(`measuring ${size.name} …\n`);
  measured.push({ size, figures: await measureInProcess(index) });
}
const { lines, missed } = tableOf(measured);
const notes = [
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${process.platform} ${process.arch}; Node ${process.versions.node}; workerd ${workerd().version}`,
  'Times are medians, unless said otherwise, of CPU time; what only waits for others is not in them.',
];
process.stdout.write(`${[...notes, '', ...lines].join('\n')}\n`);
if (missed > 0) process.stdout.write(`\n${missed} figures miss their bars\n`);
if (flags.check && missed > 0) process.exitCode = 1;

async function measureInProcess(sizeIndex: number): Promise<Figures> {
  const child = fork(fileURLToPath(new URL('./one-size.ts', import.meta.url)), [String(sizeIndex)]);
  const ended = once(child, 'exit').then(() => undefined);
  const [figures] = (await Promise.race([once(child, 'message'), ended])) ?? [];
  if (figures === undefined) throw new Error(`measuring ${sizes[sizeIndex]!.name} failed, see above`);
  await ended;
  return figures as Figures;
}
