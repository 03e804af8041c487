/** A packet that fails is told in its smallest form, as text that can be read back. */
import { expect, test } from 'vitest';
import { dotted, header, message, opt, option, question, record } from '../worker/message/build-query.ts';
import { formatPacket, parseCorpus, parsePacket } from './packet-text.ts';
import { smallestFailing } from './smallest.ts';

const patience = 60_000;
const large = new Uint8Array(
  message(
    header({ id: 0xcafe, counts: [1, 1, 0, 2] }),
    question(dotted('store-0.payments.svc.cluster.local')),
    record([0xc0, 12], 1, [10, 0, 0, 1]),
    record([0], 16, [1, 0x61]),
    opt([...option(3), ...option(0xbeef, [1, 2, 3])]),
  ),
);

test('what does not matter is left out or 0', async () => {
  const fails = async (packet: Uint8Array): Promise<boolean> => packet.length > 12 && packet.includes(0xbe);
  const smallest = await smallestFailing(large, fails, patience);
  expect(smallest.length).toBe(13);
  expect(formatPacket(smallest).replaceAll('00', '').replaceAll(' ', '').replace(/\*\d+/, '')).toBe('be');
});

test('a record goes with its count', async () => {
  const fails = async (packet: Uint8Array): Promise<boolean> => packet[7] === packet.length - 12;
  const given = new Uint8Array([...header({ counts: [0, 5, 0, 0] }), 1, 2, 3, 4, 5]);
  expect(await fails(given)).toBe(true);
  expect(formatPacket(await smallestFailing(given, async (p) => (await fails(p)) && p.length > 13, patience))).toMatch(
    /0002.*/,
  );
});

test('text comes back as it was', () => {
  const zeros = new Uint8Array(65_535);
  zeros[70] = 1;
  expect(formatPacket(zeros)).toBe('00*70 01 00*65464');
  for (const packet of [large, zeros, new Uint8Array(0)]) expect(parsePacket(formatPacket(packet))).toEqual(packet);
});

test.for(['c', 'zz', 'c00c*', '0x00', 'c00c*1000000'])('%s is no packet', (text) => {
  expect(() => parsePacket(text)).toThrow(`"${text}" is not hexadecimal octets`);
});

test('a corpus entry has a title, an outcome and octets', () => {
  const text = '# one\n= FORMERR\n00 01*2\n\n# two\n= 400\n';
  expect(parseCorpus(text)).toEqual([
    { title: 'one', outcome: 'FORMERR', packet: Uint8Array.of(0, 1, 1) },
    { title: 'two', outcome: '400', packet: new Uint8Array(0) },
  ]);
  expect(() => parseCorpus('# one\n0001\n')).toThrow('"# one" has no expected outcome');
});
