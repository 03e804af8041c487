/** A single question over UDP, to see whether the stub is there and what it thinks of a zone. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Name, root } from '../../zone/name.ts';
import type { ListenAddress } from './listen-address.ts';

/** RFC 1035 §4.1.1. */
const headerOctets = 12;
const recursionDesired = 0x01_00;
const responseBit = 0x80_00;
const rcodeMask = 0x0f;
/** RFC 1035 §3.2. */
const types = { A: 1, SOA: 6 } as const;
const classIn = 1;

const answerMilliseconds = 3000;
const pauseMilliseconds = 100;

/**
 * The RCODE of the answer for the SOA of a zone, or for another type: the stub remembers each by itself. Undefined when there
 * is none.
 */
export async function askStub(
  { host, port }: ListenAddress,
  name: Name,
  type: keyof typeof types = 'SOA',
): Promise<number | undefined> {
  const question = questionFor(name, types[type]);
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), answerMilliseconds);
      socket.on('close', () => clearTimeout(timer));
      // A closed port is told as an error.
      socket.on('error', () => resolve(undefined));
      socket.on('message', (answer) => {
        if (isAnswerTo(question, answer)) resolve(answer.readUInt16BE(2) & rcodeMask);
      });
      socket.connect(port, host, () => socket.send(question));
    });
  } finally {
    socket.close();
  }
}

/** Whether there is an answer, whatever it says, before the patience ends, or the signal does it. */
export async function stubAnswers(
  listen: ListenAddress,
  patienceMilliseconds: number,
  ending: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + patienceMilliseconds;
  for (;;) {
    if ((await askStub(listen, root)) !== undefined) return true;
    if (ending.aborted || performance.now() >= end) return false;
    await sleep(pauseMilliseconds);
  }
}

function questionFor(name: Name, type: number): Buffer {
  const header = Buffer.alloc(headerOctets);
  header.writeUInt16BE(randomInt(65_536), 0);
  header.writeUInt16BE(recursionDesired, 2);
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, Buffer.from(name, 'latin1'), Buffer.from([0, type, 0, classIn])]);
}

function isAnswerTo(question: Buffer, answer: Buffer): boolean {
  return (
    answer.length >= headerOctets &&
    answer.readUInt16BE(0) === question.readUInt16BE(0) &&
    (answer.readUInt16BE(2) & responseBit) !== 0
  );
}
