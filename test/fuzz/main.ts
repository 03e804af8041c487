/**
 * `npm run fuzz:packets -- [--count N] [--seed S] [--packet TEXT]`: sends packets to the packet door and holds the answers
 * against the law; times the processing of each and prints the slowest. Exit codes: 0 all as it should be, 1 not, 2 wrong
 * usage.
 */
import { parseArgs } from 'node:util';
import { formatPacket, parsePacket } from './packet-text.ts';
import { type Failure, runPackets, startTrial, warmedProcessing, worlds } from './run.ts';
import { Slowest } from './slowest.ts';
import { deliveriesOf } from './trial.ts';

const usage = `Usage: npm run fuzz:packets -- [--count N] [--seed S] | --packet TEXT
  --count N      so many packets (1,000,000)
  --seed S       a whole number, from which all packets follow (by chance)
  --packet TEXT  only this one, hexadecimal, by every way in`;

const maxMicroseconds = 50;
const times = 20;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

type Request = { readonly packet: Uint8Array<ArrayBuffer> } | { readonly count: number; readonly seed: number };

const request = parseRequest(process.argv.slice(2));
if (request === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else process.exitCode = 'packet' in request ? await replay(request.packet) : await fuzz(request.count, request.seed);

function parseRequest(args: string[]): Request | undefined {
  try {
    const options = { count: { type: 'string' }, seed: { type: 'string' }, packet: { type: 'string' } } as const;
    const { count: countText, seed: seedText, packet } = parseArgs({ args, options }).values;
    if (packet !== undefined) return { packet: parsePacket(packet) };
    const count = Number(countText ?? 1_000_000);
    const seed = Number(seedText ?? Date.now() % 2 ** 31);
    return Number.isSafeInteger(count) && count > 0 && Number.isSafeInteger(seed) ? { count, seed } : undefined;
  } catch {
    return undefined;
  }
}

async function replay(packet: Uint8Array<ArrayBuffer>): Promise<number> {
  const trial = await startTrial();
  let isBroken = false;
  for (const delivery of deliveriesOf(packet, worlds)) {
    const violation = await trial.run(delivery);
    isBroken ||= violation !== undefined;
    print(
      `${delivery.world.cluster}, ${delivery.method}: ${violation ? `${violation.rule}: ${violation.detail}` : 'good'}`,
    );
  }
  return isBroken ? 1 : 0;
}

async function fuzz(count: number, seed: number): Promise<number> {
  const startedAt = performance.now();
  const slowest = new Slowest(warmedProcessing(seed + 1));
  const told = (done: number): boolean => process.stderr.write(`${done} packets\n`);
  const { trial, failure } = await runPackets({ count, seed, slowest }, told);
  if (failure !== undefined) {
    for (const line of failureLines(failure, seed)) print(line);
    return 1;
  }
  print(`seed ${seed}: ${count} packets in ${Math.round((performance.now() - startedAt) / 1000)} s, all over HTTP`);
  const outcomes = [...trial.outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
  print(`answers: ${outcomes.map(([outcome, number]) => `${outcome}: ${number}`).join(', ')}`);
  print(`largest: ${trial.largestOctets} octets`);
  const again = slowest.again(times);
  const [worst] = again;
  if (worst === undefined) return 0;
  const middle = again[again.length >> 1]!;
  const [most, half] = [worst, middle].map(({ microseconds }) => microseconds.toFixed(1));
  print(`slowest ${again.length}, each ${times} times again: at best up to ${most} µs, half of them up to ${half} µs`);
  print(`  ${formatPacket(worst.packet)}`);
  if (worst.microseconds <= maxMicroseconds) return 0;
  print(`more than ${maxMicroseconds} µs`);
  return 1;
}

function failureLines({ number, violation, delivery, failsAlone }: Failure, seed: number): string[] {
  const { packet, world, method } = delivery;
  const text = formatPacket(packet);
  return [
    `packet ${number} of seed ${seed}, to ${world.cluster} by ${method}: ${violation.rule}: ${violation.detail}`,
    text,
    failsAlone
      ? `again: npm run fuzz:packets -- --packet '${text}'`
      : `only behind those before it: npm run fuzz:packets -- --seed ${seed} --count ${number + 1}`,
  ];
}
