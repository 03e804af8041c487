/** The law sees what is wrong with an answer: a good one, changed in one place, breaks the part that it should. */
import { beforeAll, describe, expect, test } from 'vitest';
import { dotted, header, message, opt, option, question } from '../worker/message/build-query.ts';
import { type Door, type Heard, openDoor } from './door.ts';
import { violation } from './law.ts';
import { ordinaryWorld as world } from './world.ts';

type Octets = Uint8Array<ArrayBuffer>;

const asked = question(dotted('store-0.payments.svc.cluster.local'));
/** DO and NSID. */
const options = opt([...option(3)], { flags: 0x8000 });
const packet = new Uint8Array(message(header({ id: 0xcafe, counts: [1, 0, 0, 1] }), asked, options));
const bare = new Uint8Array(message(header(), asked));
const refused = new Uint8Array(message(header({ counts: [1, 0, 0, 1] }), question(dotted('example.com')), opt()));

let door: Door;
beforeAll(async () => {
  door = await openDoor([world]);
});

async function brokenBy(sent: Octets, change: (octets: Octets, heard: Heard) => Partial<Heard>): Promise<string> {
  const heard = await door.send(sent, world, 'POST');
  expect(violation(sent, world, 'POST', heard)).toBeUndefined();
  const changed = { ...heard, ...change(heard.octets.slice() as Octets, heard) };
  const headers = new Headers(changed.headers);
  // Lengths are right unless they are what is changed.
  if (changed.headers === heard.headers) headers.set('content-length', String(changed.octets.length));
  return violation(sent, world, 'POST', { ...changed, headers })?.rule ?? 'nothing';
}

/** The octet has these bits changed. */
const flip =
  (at: number, bits: number) =>
  (octets: Octets): Partial<Heard> => {
    octets[at < 0 ? octets.length + at : at]! ^= bits;
    return { octets };
  };

const joined = (octets: Octets, more: readonly number[]): Octets => new Uint8Array([...octets, ...more]);

/** Where the first record begins, whose owner is a pointer. */
const record = 12 + asked.length;

/** NSID, which says `serial=1 age=0s`; RDLENGTH and the flags are before it. */
const optionOctets = 4 + 15;

describe('an answer with', () => {
  test.for([
    ['another id', packet, flip(1, 1), 'id'],
    ['QR 0', packet, flip(2, 0x80), 'flags'],
    ['another opcode', packet, flip(2, 0x08), 'flags'],
    ['TC', packet, flip(2, 0x02), 'flags'],
    ['RD that was not asked', packet, flip(2, 0x01), 'flags'],
    ['RA', packet, flip(3, 0x80), 'flags'],
    ['AD', packet, flip(3, 0x20), 'flags'],
    ['CD that was not asked', packet, flip(3, 0x10), 'flags'],
    ['AA on an error', refused, flip(2, 0x04), 'flags'],
    ['SERVFAIL', packet, flip(3, 0x02), 'rcode'],
    ['FORMERR', packet, flip(3, 0x01), 'rcode'],
    ['records and an error', packet, flip(3, 0x05), 'flags'],
    ['a letter of the question in the other case', packet, flip(13, 0x20), 'question'],
    ['one record too many in its header', packet, flip(7, 0x08), 'message'],
    ['an octet too few', packet, (octets: Octets) => ({ octets: octets.slice(0, -1) }), 'message'],
    ['an octet too many', packet, (octets: Octets) => ({ octets: joined(octets, [0]) }), 'message'],
    ['a pointer forwards', packet, flip(record, 0x3f), 'message'],
    ['a pointer to the header', packet, flip(record + 1, 0x0c), 'message'],
    ['another class', packet, flip(record + 5, 0x02), 'message'],
    ['a TTL of more than 31 bits', packet, flip(record + 6, 0x80), 'message'],
    ['two TTLs in one set', packet, flip(record + 9, 0x01), 'sections'],
    ['an address twice', packet, sameAddressTwice, 'sections'],
    ['no OPT record', refused, withoutOpt, 'opt'],
    ['an OPT record that was not asked for', bare, withOpt, 'opt'],
    ['no DO', packet, flip(-(4 + optionOctets), 0x80), 'opt'],
  ] as const)('%s: %s', async ([, sent, change, rule]) => {
    expect(await brokenBy(sent, change)).toBe(rule);
  });

  test.for([
    ['content-type', 'text/plain'],
    ['content-length', '1'],
    ['cache-control', 'max-age=31'],
  ] as const)('another %s', async ([name, value]) => {
    const changed = await brokenBy(packet, (_, { headers }) => {
      const others = new Headers(headers);
      others.set(name, value);
      return { headers: others };
    });
    expect(changed).toBe(name);
  });

  test('another status', async () => {
    expect(await brokenBy(packet, () => ({ status: 500 }))).toBe('status');
  });

  test('trouble in the log', async () => {
    expect(await brokenBy(packet, () => ({ troubles: ['a snapshot contradicts itself'] }))).toBe('log');
  });
});

/** Address records of the question's name take 16 octets. */
function sameAddressTwice(octets: Octets): Partial<Heard> {
  octets.copyWithin(record + 16, record, record + 16);
  return { octets };
}

function withoutOpt(octets: Octets): Partial<Heard> {
  octets[11]! = 0;
  return { octets: octets.slice(0, 12 + dotted('example.com').length + 4) };
}

function withOpt(octets: Octets): Partial<Heard> {
  octets[11]! = 1;
  return { octets: joined(octets, [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]) };
}
