/**
 * `npm run bench [-- --check]`: measures what a cluster costs, at three sizes, what a request costs, what lists of endpoints
 * cost, what an agent costs beside CoreDNS, and what the stub resolver achieves beside unbound, and prints a table of each.
 * With `--check` it exits with 1 when a figure misses its bar; the figures depend on the machine, so nothing else does.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAgent } from './agent/measuring.ts';
import { fullSizes } from './agent/sizes.ts';
import { agentTable } from './agent/table.ts';
import { measureLists } from './endpoints/measuring.ts';
import { listTable } from './endpoints/table.ts';
import type { Figures } from './figures.ts';
import { fullEffort } from './http/contest.ts';
import { measureHttp } from './http/figures.ts';
import { httpTable } from './http/table.ts';
import { sizes } from './sizes.ts';
import { measureStub, fullEffort as stubEffort } from './stub/measuring.ts';
import { stubTable } from './stub/table.ts';
import { type Measured, tableOf } from './table.ts';
import { workerd } from './workerd.ts';

try {
  const { values: flags } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  // By `exit` and not by the signal itself, so that the servers end too.
  for (const ending of ['SIGINT', 'SIGTERM'] as const) process.once(ending, () => process.exit(1));
  const log = (line: string): unknown => process.stderr.write(`${line}\n`);
  const measured: Measured[] = [];
  for (const [index, size] of sizes.entries()) {
    log(`measuring ${size.name} …`);
    measured.push({ size, figures: await measureInProcess(index) });
  }
  log('measuring requests …');
  const requests = httpTable(await measureHttp(fullEffort, '', log));
  log('measuring lists of endpoints …');
  const lists = listTable(await measureLists(log));
  log('measuring the agent …');
  const agent = agentTable(await measureAgent(fullSizes, log));
  log('measuring the stub resolver …');
  const stub = stubTable(await measureStub(stubEffort, log));
  const tables = [tableOf(measured), requests, lists, agent, stub];
  const lines = tables.flatMap((table) => ['', ...table.lines]);
  const missed = tables.reduce((sum, table) => sum + table.missed, 0);
  process.stdout.write(`${[...machineLines(), ...lines].join('\n')}\n`);
  if (missed > 0) process.stdout.write(`\nFigures that miss their bars: ${missed}\n`);
  if (flags.check && missed > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function machineLines(): string[] {
  const processors = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
  const platform = `${process.platform} ${process.arch}`;
  return [
    `${processors}, ${platform}; Node ${process.versions.node}; workerd ${workerd().version}`,
    'Times are medians, unless said otherwise, and without what other processes took (test/bench/time.ts).',
  ];
}

/** Rejects when the process ends without figures; it has said why. */
async function measureInProcess(sizeIndex: number): Promise<Figures> {
  const child = fork(fileURLToPath(new URL('./one-size.ts', import.meta.url)), [String(sizeIndex)]);
  const ended = once(child, 'exit');
  const message = once(child, 'message').then(([figures]) => figures as Figures);
  const figures = await Promise.race([message, ended.then(() => undefined)]);
  if (figures === undefined) throw new Error(`measuring "${sizes[sizeIndex]!.name}" failed, see above`);
  await ended;
  return figures;
}
