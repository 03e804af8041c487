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
const types = { SOA: 6 } as const;
const classIn = 1;

const answerMilliseconds = 3000;
const pauseMilliseconds = 100;

/** The RCODE of the answer for the SOA of a zone; undefined when there is none. */
export async function askStub({ host, port }: ListenAddress, zone: Name): Promise<number | undefined> {
  const question = soaQuestion(zone);
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

/** Whether there is an answer, whatever it says, before the patience ends. */
export async function stubAnswers(listen: ListenAddress, patienceMilliseconds: number): Promise<boolean> {
  const end = performance.now() + patienceMilliseconds;
  for (;;) {
    if ((await askStub(listen, root)) !== undefined) return true;
    if (performance.now() >= end) return false;
    await sleep(pauseMilliseconds);
  }
}

function soaQuestion(zone: Name): Buffer {
  const header = Buffer.alloc(headerOctets);
  header.writeUInt16BE(randomInt(65_536), 0);
  header.writeUInt16BE(recursionDesired, 2);
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, Buffer.from(zone, 'latin1'), Buffer.from([0, types.SOA, 0, classIn])]);
}

function isAnswerTo(question: Buffer, answer: Buffer): boolean {
  return (
    answer.length >= headerOctets &&
    answer.readUInt16BE(0) === question.readUInt16BE(0) &&
    (answer.readUInt16BE(2) & responseBit) !== 0
  );
}
