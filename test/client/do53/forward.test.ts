/** Questions that are passed on, to servers on loopback. */
import { createSocket } from 'node:dgram';
import { expect, test } from 'vitest';
import { type ForwardOptions, forwardTo } from '../../../client/do53/forward.ts';
import { UsageError } from '../../../sync-agent/usage.ts';
import { type Behaviour, deafAddress, framed, startFakeDns } from './fake-dns.ts';
import { address, answerTo, question, told } from './messages.ts';

/** So that silence costs little. */
const impatient: ForwardOptions = { patience: { nextMilliseconds: 50, wholeMilliseconds: 150 } };
/** For what must not depend on time. */
const patient: ForwardOptions = { patience: { nextMilliseconds: 20_000, wholeMilliseconds: 25_000 } };

const says = (ip: string): Behaviour => ({
  udp: (message, reply) => reply(answerTo(message, { answers: [address('a.example', ip)] })),
  tcp: (message, reply) => reply(answerTo(message, { answers: [address('a.example', ip)] })),
});
const saysOnly = (rcode: number): Behaviour => ({ udp: (message, reply) => reply(answerTo(message, { rcode })) });

test('the message is passed on as it is, but for an id and a port that are new each time', async () => {
  const server = await startFakeDns(says('192.0.2.1'));
  const forward = forwardTo([server.address], patient);
  // What follows the question is somebody's and is none of our business.
  const sent = Buffer.concat([question('a.EXAMPLE'), Buffer.from('what follows')]);
  const answers = [];
  for (let i = 0; i < 8; i += 1) answers.push(await forward(sent, 'udp'));
  expect(answers.map(told)).toEqual(new Array(8).fill('192.0.2.1'));
  expect(answers.map((answer) => Buffer.from(answer).readUInt16BE(0))).toEqual(new Array(8).fill(0x1234));
  expect(server.asked).toEqual(new Array(8).fill('udp a.EXAMPLE A'));
  expect(server.received.map((message) => message.toString('hex', 2))).toEqual(
    new Array(8).fill(sent.toString('hex', 2)),
  );
  expect(new Set(server.received.map((message) => message.readUInt16BE(0))).size).toBeGreaterThan(4);
  expect(new Set(server.ports).size).toBeGreaterThan(4);
});

test('what is no answer to the question is passed over', async () => {
  const server = await startFakeDns({
    udp: (message, reply) => {
      const forged = { answers: [address('a.example', '203.0.113.66')] };
      const otherId = answerTo(message, forged);
      otherId.writeUInt16BE(message.readUInt16BE(0) ^ 1);
      reply(otherId);
      reply(answerTo(question('b.example', 'A', message.readUInt16BE(0)), forged));
      reply(answerTo(question('a.example', 'TXT', message.readUInt16BE(0)), forged));
      const query = answerTo(message, forged);
      query[2]! &= 0x7f;
      reply(query);
      const update = answerTo(message, forged);
      update[2]! |= 5 << 3;
      reply(update);
      reply(Buffer.alloc(0));
      reply(message.subarray(0, 11));
      reply(answerTo(message, forged).subarray(0, 20));
      reply(answerTo(message, { answers: [address('a.example', '192.0.2.1')] }));
    },
  });
  expect(told(await forwardTo([server.address], patient)(question('a.example'), 'udp'))).toBe('192.0.2.1');
});

test('what comes from elsewhere is passed over, even with the right id', async () => {
  const stranger = createSocket('udp4');
  const server = await startFakeDns({
    udp: (message, reply, from) => {
      const forged = answerTo(message, { answers: [address('a.example', '203.0.113.66')] });
      stranger.send(forged, from.port, '127.0.0.1', () =>
        reply(answerTo(message, { answers: [address('a.example', '192.0.2.1')] })),
      );
    },
  });
  expect(told(await forwardTo([server.address], patient)(question('a.example'), 'udp'))).toBe('192.0.2.1');
  stranger.close();
});

test('letters of another case are not believed over UDP, and no matter over TCP', async () => {
  const lower = (message: Buffer): Buffer =>
    Buffer.from(message.toString('latin1', 0, 12) + message.toString('latin1', 12).toLowerCase(), 'latin1');
  const server = await startFakeDns({
    udp: (message, reply) => reply(answerTo(lower(message), { answers: [address('a.example', '203.0.113.66')] })),
    tcp: (message, reply) => reply(answerTo(lower(message), { answers: [address('a.example', '192.0.2.1')] })),
  });
  expect(told(await forwardTo([server.address], patient)(question('A.eXample'), 'udp'))).toBe('192.0.2.1');
  expect(server.asked).toEqual(['udp A.eXample A', 'tcp A.eXample A']);
});

test('what is cut short is asked again over TCP', async () => {
  const records = Array.from({ length: 100 }, (_, i) => address('a.example', `192.0.2.${i}`));
  const server = await startFakeDns({
    udp: (message, reply) => reply(answerTo(message, { isTruncated: true, answers: records.slice(0, 2) })),
    tcp: (message, reply) => reply(answerTo(message, { answers: records })),
  });
  const answer = told(await forwardTo([server.address], patient)(question('a.example'), 'udp'));
  expect(answer.split(' ')).toHaveLength(100);
  expect(server.asked).toEqual(['udp a.example A', 'tcp a.example A']);
});

test('where TCP fails, what is cut short is still an answer', async () => {
  const server = await startFakeDns({
    udp: (message, reply) =>
      reply(answerTo(message, { isTruncated: true, answers: [address('a.example', '192.0.2.1')] })),
  });
  expect(told(await forwardTo([server.address], patient)(question('a.example'), 'udp'))).toBe('192.0.2.1 TC');
  expect(server.asked).toEqual(['udp a.example A', 'tcp a.example A']);
});

test('where TCP is silent, too', async () => {
  const server = await startFakeDns({
    udp: (message, reply) => reply(answerTo(message, { isTruncated: true })),
    tcp: () => {},
  });
  expect(told(await forwardTo([server.address], impatient)(question('a.example'), 'udp'))).toBe(' TC');
});

test('what comes over TCP goes over TCP, and may be as long as a message is', async () => {
  const text = Array.from({ length: 255 }, () => 'x'.repeat(255));
  const server = await startFakeDns({
    tcp: (message, reply) =>
      reply(answerTo(message, { answers: [{ name: 'a.example', type: 'TXT', ttl: 1, data: text }] })),
  });
  const answer = await forwardTo([server.address], patient)(question('a.example', 'TXT', 7), 'tcp');
  expect([answer.length, answer[1]]).toEqual([12 + 15 + 11 + 10 + 255 * 256, 7]);
  expect(server.asked).toEqual(['tcp a.example TXT']);
});

test('a message over TCP may come in pieces, with more behind it', async () => {
  const server = await startFakeDns({
    tcp: async (message, _, socket) => {
      const answer = framed(answerTo(message, { answers: [address('a.example', '192.0.2.1')] }));
      for (const octet of answer) await new Promise((sent) => socket.write(Buffer.of(octet), sent));
      socket.end('more');
    },
  });
  expect(told(await forwardTo([server.address], patient)(question('a.example'), 'tcp'))).toBe('192.0.2.1');
});

test.each<[string, Behaviour['tcp']]>([
  ['another answer', (message, reply) => reply(answerTo(question('b.example', 'A', message.readUInt16BE(0)), {}))],
  ['a message that is not whole', (_, __, socket) => socket.end(Buffer.from('0fff00', 'hex'))],
  ['nothing', undefined],
])('a server that sends %s over TCP is not listened to', async (_, tcp) => {
  const bad = await startFakeDns(tcp === undefined ? {} : { tcp });
  const good = await startFakeDns(says('192.0.2.1'));
  expect(told(await forwardTo([bad.address, good.address], patient)(question('a.example'), 'tcp'))).toBe('192.0.2.1');
  expect(bad.asked).toEqual(['tcp a.example A']);
  await expect(forwardTo([bad.address], patient)(question('a.example'), 'tcp')).rejects.toMatchObject({
    code: 'NO_ANSWER',
  });
});

test.each(['udp', 'tcp'] as const)('a server that is not there is passed over at once (%s)', async (transport) => {
  const server = await startFakeDns(says('192.0.2.1'));
  const forward = forwardTo([await deafAddress(), server.address], patient);
  expect(told(await forward(question('a.example'), transport))).toBe('192.0.2.1');
});

test('a silent server is passed over after a while, and then asked last for a while', async () => {
  const silent = await startFakeDns({});
  const server = await startFakeDns(says('192.0.2.1'));
  const forward = forwardTo([silent.address, server.address], impatient);
  expect(told(await forward(question('a.example'), 'udp'))).toBe('192.0.2.1');
  expect(told(await forward(question('a.example'), 'udp'))).toBe('192.0.2.1');
  expect([silent.asked.length, server.asked.length]).toEqual([1, 2]);
});

test('a slow server is still listened to while the next is asked', async () => {
  let late = (): void => {};
  const slow = await startFakeDns({
    udp: (message, reply) => {
      late = () => reply(answerTo(message, { answers: [address('a.example', '192.0.2.1')] }));
    },
  });
  const silent = await startFakeDns({ udp: () => late() });
  const forward = forwardTo([slow.address, silent.address], {
    patience: { nextMilliseconds: 50, wholeMilliseconds: 20_000 },
  });
  expect(told(await forward(question('a.example'), 'udp'))).toBe('192.0.2.1');
  expect(silent.asked).toEqual(['udp a.example A']);
});

test('a packet that got lost is sent again where there is one server alone', async () => {
  const server = await startFakeDns({
    udp: (message, reply) => {
      if (server.asked.length > 1) reply(answerTo(message, { answers: [address('a.example', '192.0.2.1')] }));
    },
  });
  const options = { patience: { nextMilliseconds: 50, wholeMilliseconds: 20_000 } };
  expect(told(await forwardTo([server.address], options)(question('a.example'), 'udp'))).toBe('192.0.2.1');
});

test.each([
  ['SERVFAIL', 2],
  ['NOTIMP', 4],
  ['REFUSED', 5],
])('after %s the next server is asked; where all say so, that is the answer', async (rcode, code) => {
  const first = await startFakeDns(saysOnly(code));
  const second = await startFakeDns(says('192.0.2.1'));
  expect(told(await forwardTo([first.address, second.address], patient)(question('a.example'), 'udp'))).toBe(
    '192.0.2.1',
  );
  expect(told(await forwardTo([first.address], patient)(question('a.example'), 'udp'))).toBe(rcode);
  expect([first.asked.length, second.asked.length]).toEqual([2, 1]);
});

test('NXDOMAIN is an answer', async () => {
  const first = await startFakeDns(saysOnly(3));
  const second = await startFakeDns(says('192.0.2.1'));
  expect(told(await forwardTo([first.address, second.address], patient)(question('a.example'), 'udp'))).toBe(
    'NXDOMAIN',
  );
  expect(second.asked).toEqual([]);
});

test('a refusal without a question is one, if it is nothing but a header', async () => {
  const bare = await startFakeDns({
    udp: (message, reply) => {
      const header = Buffer.concat([message.subarray(0, 2), Buffer.from('81800000000000000000', 'hex')]);
      reply(header);
      header[3] = 0x81;
      reply(header);
    },
  });
  expect(told(await forwardTo([bare.address], patient)(question('a.example'), 'udp'))).toBe('FORMERR');
});

test('where nobody answers, an error says so', async () => {
  const silent = await startFakeDns({});
  await expect(forwardTo([silent.address], impatient)(question('a.example'), 'udp')).rejects.toMatchObject({
    name: 'ForwardError',
    code: 'NO_ANSWER',
    message: 'no DNS server answered in time',
  });
  const deaf = await deafAddress();
  await expect(forwardTo([deaf], patient)(question('a.example'), 'udp')).rejects.toMatchObject({
    code: 'NO_ANSWER',
    message: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:${deaf.portNumber}: .*ECONNREFUSED`)),
  });
  await expect(forwardTo(() => [], patient)(question('a.example'), 'udp')).rejects.toMatchObject({ code: 'NO_SERVER' });
});

test('servers may change', async () => {
  const first = await startFakeDns(says('192.0.2.1'));
  const second = await startFakeDns(says('192.0.2.2'));
  let current = first;
  const forward = forwardTo(() => [current.address], patient);
  const answers = [told(await forward(question('a.example'), 'udp'))];
  current = second;
  answers.push(told(await forward(question('a.example'), 'udp')));
  expect(answers).toEqual(['192.0.2.1', '192.0.2.2']);
});

test('equal questions at once are one, and each has the answer under its id', async () => {
  const server = await startFakeDns(says('192.0.2.1'));
  const forward = forwardTo([server.address], patient);
  const answers = await Promise.all([
    forward(question('a.example', 'A', 1), 'udp'),
    forward(question('a.example', 'A', 2), 'udp'),
    forward(question('a.example', 'AAAA', 3), 'udp'),
    forward(question('a.example', 'A', 4), 'tcp'),
  ]);
  expect(answers.map((answer) => answer[1])).toEqual([1, 2, 3, 4]);
  expect([...server.asked].sort()).toEqual(['tcp a.example A', 'udp a.example A', 'udp a.example AAAA']);
});

test('a question that comes back to us ends, instead of going round', async () => {
  let back: (message: Buffer) => void = () => {};
  const loop = await startFakeDns({ udp: (message) => back(message) });
  const forward = forwardTo([loop.address], impatient);
  const backs: Promise<unknown>[] = [];
  back = (message) => backs.push(forward(message, 'udp').catch((error) => error.code));
  await expect(forward(question('a.example'), 'udp')).rejects.toMatchObject({ code: 'NO_ANSWER' });
  expect(await Promise.all(backs)).toEqual(['NO_ANSWER', 'NO_ANSWER']);
  expect(loop.asked).toHaveLength(2);
});

test('no more than so many are under way', async () => {
  const replies: (() => void)[] = [];
  const server = await startFakeDns({ udp: (message, reply) => replies.push(() => reply(answerTo(message, {}))) });
  const forward = forwardTo([server.address], { ...patient, maxUnderWay: 2 });
  const two = [forward(question('a.example'), 'udp'), forward(question('b.example'), 'udp')];
  await expect(forward(question('c.example'), 'udp')).rejects.toMatchObject({ code: 'TOO_MANY_QUESTIONS' });
  await expect.poll(() => replies.length).toBe(2);
  for (const reply of replies.splice(0)) reply();
  await Promise.all(two);
  const third = forward(question('c.example'), 'udp');
  await expect.poll(() => replies.length).toBe(1);
  replies[0]!();
  expect(told(await third)).toBe('');
});

test.each([
  ['too short', Buffer.alloc(5)],
  ['an answer', answerTo(question('a.example'), {})],
  ['without a question', Buffer.from('123401000000000000000000', 'hex')],
  ['cut in its question', question('a.example').subarray(0, 20)],
])('a message that is %s is not passed on', async (_, message) => {
  const server = await startFakeDns(says('192.0.2.1'));
  const forward = forwardTo([server.address], patient);
  await expect(forward(message, 'udp')).rejects.toMatchObject({ code: 'MALFORMED_QUESTION' });
  await forward(question('a.example'), 'udp');
  expect(server.asked).toEqual(['udp a.example A']);
});

test('a server over IPv6 is asked as well', async () => {
  const server = await startFakeDns(says('192.0.2.1'), '::1');
  const forward = forwardTo([server.address], patient);
  expect([
    told(await forward(question('a.example'), 'udp')),
    told(await forward(question('a.example'), 'tcp')),
  ]).toEqual(['192.0.2.1', '192.0.2.1']);
});

test('a server that is this program is refused', () => {
  const own = { address: '127.0.0.1', portNumber: 5300 };
  expect(() => forwardTo([{ address: '192.0.2.1', portNumber: 53 }, own], { ownAddresses: [own] })).toThrow(UsageError);
});
