/** Upstreams that fail: SERVFAIL with a reason, in time, and without a word of where the upstream is. */
import { beforeEach, describe, expect, test } from 'vitest';
import { dotted, header, message, opt, question, record, repeat } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { extendedError, outcome } from '../support/outcome.ts';
import { post, queryFor } from '../support/question.ts';
import { answerTo, dohResponse, outside, Upstream } from '../support/upstream.ts';
import { webAt } from '../support/zone.ts';

let edge: Edge;
let upstream: Upstream;
beforeEach(async () => {
  edge = await startOpenEdge(webAt('10.96.0.10'), ['cluster.local'], [], { outside: outside('forward') });
  upstream = new Upstream(edge.machine);
});

const address = { name: 'example.com', type: 'A', ttl: 300, data: '192.0.2.1' } as const;

function good(asked: Uint8Array<ArrayBuffer>): Response {
  return dohResponse(answerTo(asked, { answers: [address] }));
}

/** The reason that is given, of a SERVFAIL that nobody keeps. */
async function failure(): Promise<string> {
  const response = await edge.fetch('/dns-query', post(queryFor('example.com')));
  const answer = decodeAnswer(new Uint8Array(await response.arrayBuffer()));
  const told = [extendedError(answer)?.text ?? '', ...edge.machine.lines].join();
  for (const secret of ['resolver', 'secret', 'example.com']) expect(told).not.toContain(secret);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(answer).toMatchObject({ flags: 'QR RD RA', answer: [], authority: [], additional: [] });
  return `${outcome(answer)}: ${extendedError(answer)?.text}`;
}

const octetsOf = (asked: Uint8Array) => [...answerTo(asked, { answers: [address] })];
const sending = (change: (octets: number[]) => readonly number[]) => (asked: Uint8Array) =>
  dohResponse(Uint8Array.from(change(octetsOf(asked))));
const changed = (at: number, value: number) => sending((octets) => octets.with(at, value));
const plainly = (body: ConstructorParameters<typeof Response>[0], init: ResponseInit) => () => new Response(body, init);
const typed = (type: string) => (asked: Uint8Array) =>
  new Response(answerTo(asked, { answers: [address] }), { headers: { 'content-type': type } });

const dnsMessage = { 'content-type': 'application/dns-message' };
const noAnswer = 'SERVFAIL EDE 23: what the upstream sent is no DNS answer';
const another = 'SERVFAIL EDE 23: the upstream answered another question';
const noMessage = 'SERVFAIL EDE 23: the upstream sent no DNS message';
const status = (code: number) => `SERVFAIL EDE 22: the upstream answered with HTTP status ${code}`;

/** Each record's name points to the one before: the work would grow with the square of the length. */
function pointerBomb(): Uint8Array<ArrayBuffer> {
  const start = 12 + 17;
  const count = 4000;
  const records = Array.from({ length: count }, (_, i) => {
    const at = i === 0 ? 12 : start + (i - 1) * 14;
    return [1, 0x61, 0xc0 | (at >> 8), at & 255, 0, 16, 0, 1, 0, 0, 0, 1, 0, 0];
  });
  const head = header({ flags: 0x8180, counts: [1, count, 0, 0] });
  return Uint8Array.from(message(head, question(dotted('example.com')), records.flat()));
}

describe('HTTP', () => {
  test.for([
    ['500', plainly('oops', { status: 500 }), status(500)],
    ['404', plainly('oops', { status: 404, headers: dnsMessage }), status(404)],
    ['429', plainly(null, { status: 429 }), status(429)],
    ['204', plainly(null, { status: 204 }), status(204)],
    [
      'a redirect, which is not followed',
      plainly(null, { status: 307, headers: { location: 'https://elsewhere.example/' } }),
      status(307),
    ],
    ['no content type', plainly(new Uint8Array(40), {}), noMessage],
    ['JSON', typed('application/dns-json'), noMessage],
    ['HTML', plainly('<p>', { headers: { 'content-type': 'text/html; charset=utf-8' } }), noMessage],
    ['an empty body', plainly(null, { headers: dnsMessage }), noAnswer],
    [
      'too much',
      plainly(new Uint8Array(65_536), { headers: dnsMessage }),
      'SERVFAIL EDE 23: the upstream sent more than a DNS message holds',
    ],
  ] as const)('%s', async ([, answer, expected]) => {
    upstream.does(answer);
    expect(await failure()).toBe(expected);
    expect(edge.machine.fetched).toHaveLength(1);
  });

  test('a body without end is not read to its end', async () => {
    let sent = 0;
    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 8192;
        controller.enqueue(new Uint8Array(8192));
      },
      cancel: () => {
        isCancelled = true;
      },
    });
    upstream.does(plainly(stream, { headers: dnsMessage }));
    expect(await failure()).toBe('SERVFAIL EDE 23: the upstream sent more than a DNS message holds');
    expect(sent).toBeLessThan(200_000);
    expect(isCancelled).toBe(true);
  });

  test.for(['application/dns-message; charset=x', 'Application/DNS-Message'])('%s is good', async (type) => {
    upstream.does(typed(type));
    expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.1');
  });
});

describe('messages', () => {
  test.for([
    ['another id', changed(1, 1), another],
    ['a query', changed(2, 0x01), noAnswer],
    ['another opcode', changed(2, 0xa9), another],
    ['TC', changed(2, 0x83), 'SERVFAIL EDE 23: the answer of the upstream is cut short'],
    ['another name', changed(13, 0x65 ^ 1), another],
    ['another type', changed(12 + 14, 28), another],
    ['another class', changed(12 + 16, 3), another],
    ['no question', sending((octets) => [...octets.slice(0, 4), 0, 0, 0, 0, ...octets.slice(8, 12)]), another],
    ['a header alone', sending((octets) => octets.slice(0, 12)), noAnswer],
    ['less than a header', sending((octets) => octets.slice(0, 11)), noAnswer],
    ['its last octet missing', sending((octets) => octets.slice(0, -1)), noAnswer],
    ['an octet too many', sending((octets) => [...octets, 0]), noAnswer],
    ['more records in its header', changed(7, 2), noAnswer],
    [
      'random octets',
      plainly(
        Uint8Array.from({ length: 300 }, (_, i) => (i * 131) % 251),
        { headers: dnsMessage },
      ),
      noAnswer,
    ],
    [
      'a pointer to itself',
      sending((octets) => [...octets.slice(0, 29), 0xc0, 29, ...octets.slice(29 + 13)]),
      noAnswer,
    ],
    ['two OPT records', sending((octets) => [...octets.with(11, 2), ...repeat(2, opt())]), noAnswer],
    [
      'a name in its data that goes nowhere',
      (asked: Uint8Array) =>
        dohResponse(Uint8Array.from([...answerTo(asked, {}).with(7, 1), ...record([0xc0, 12], 5, [0xc3, 0xff])])),
      noAnswer,
    ],
    ['names without end', () => dohResponse(pointerBomb()), noAnswer],
  ] as const)('with %s', async ([, answer, expected]) => {
    upstream.does(answer);
    expect(await failure()).toBe(expected);
    upstream.does(good);
    edge.machine.advance(2000);
    expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.1');
  });
});

describe('the network', () => {
  const broken = (): never => {
    throw new TypeError('connection to resolver.example.net/secret refused');
  };
  const cutOff = () =>
    dohResponse(
      new ReadableStream({
        pull: (controller) => controller.error(new Error('reset')),
      }) as unknown as Uint8Array<ArrayBuffer>,
    );

  test.for([
    ['refuses', broken],
    ['breaks off', cutOff],
  ] as const)('%s: it is tried again once', async ([, bad]) => {
    upstream.does(bad, good);
    expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.1');
    expect(upstream.received).toHaveLength(2);

    upstream.does(bad, bad, good);
    expect(await failure()).toBe('SERVFAIL EDE 23: the upstream could not be reached');
    expect(upstream.received).toHaveLength(4);
  });

  test('fails and then answers with nonsense', async () => {
    upstream.does(broken, changed(1, 1), good);
    expect(await failure()).toBe(another);
    expect(upstream.received).toHaveLength(2);
  });
});

describe('time', () => {
  const tooLate = 'SERVFAIL EDE 22: the upstream did not answer in time';
  const never = () => new Promise<Response>(() => {});
  const neverEnding = () =>
    dohResponse(new ReadableStream({ pull: () => new Promise(() => {}) }) as unknown as Uint8Array<ArrayBuffer>);

  async function untilReceived(count: number): Promise<void> {
    while (upstream.received.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  test.for([
    ['no answer', never],
    ['an answer that does not end', neverEnding],
  ] as const)('%s: two seconds, once, and the exchange is ended', async ([, answer]) => {
    upstream.does(answer);
    const failing = failure();
    await untilReceived(1);
    expect(upstream.received[0]!.signal.aborted).toBe(false);
    edge.machine.advance(2000);
    expect(await failing).toBe(tooLate);
    expect(upstream.received).toHaveLength(1);
    expect(upstream.received[0]!.signal.aborted).toBe(true);
  });

  test('a second try has as long again', async () => {
    upstream.does(() => Promise.reject(new Error('reset')), never);
    const failing = failure();
    await untilReceived(2);
    edge.machine.advance(1999);
    expect(upstream.received[1]!.signal.aborted).toBe(false);
    edge.machine.advance(1);
    expect(await failing).toBe(tooLate);
  });
});

describe('a failure is remembered', () => {
  const bad = plainly(null, { status: 500 });

  test('for two seconds, of the same question', async () => {
    upstream.does(bad, good);
    expect(await failure()).toBe(status(500));
    edge.machine.advance(1999);
    expect(await failure()).toBe(status(500));
    expect(upstream.received).toHaveLength(1);
    edge.machine.advance(1);
    expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.1');
    expect(upstream.received).toHaveLength(2);
  });

  test.for([
    ['another name', queryFor('www.example.com')],
    ['another type', queryFor('example.com', 'AAAA')],
    ['with CD', Uint8Array.from(message(header({ flags: 0x0110 }), question(dotted('example.com'))))],
  ] as const)('and not of %s', async ([, other]) => {
    upstream.does(bad, (asked) => dohResponse(answerTo(asked, {})));
    expect(await failure()).toBe(status(500));
    const response = await edge.fetch('/dns-query', post(other));
    expect(outcome(decodeAnswer(new Uint8Array(await response.arrayBuffer())))).toBe('NOERROR');
    expect(upstream.received).toHaveLength(2);
  });

  test('but not more than a thousand of them', async () => {
    upstream.does(bad);
    for (let i = 0; i <= 1000; i += 1) await edge.ask(`x${i}.example.com`);
    expect(upstream.received).toHaveLength(1001);
    await edge.ask('x1000.example.com');
    expect(upstream.received).toHaveLength(1001);
    await edge.ask('x0.example.com');
    expect(upstream.received).toHaveLength(1002);
  });
});

test('what is forwarded is marked, and is not forwarded again', async () => {
  upstream.does(good);
  await edge.ask('example.com');
  const mark = { 'kube-doh-forwarded': '1' };
  expect(upstream.received).toMatchObject([{ headers: mark }]);
  const returned = async (name: string) => {
    const response = await edge.fetch('/dns-query', post(queryFor(name), mark));
    return decodeAnswer(new Uint8Array(await response.arrayBuffer()));
  };
  const answer = await returned('example.com');
  expect(outcome(answer)).toBe('SERVFAIL EDE 23');
  expect(extendedError(answer)?.text).toBe('what is forwarded comes back');
  expect(upstream.received).toHaveLength(1);
  expect(outcome(await returned('web.shop.svc.cluster.local'))).toBe('NOERROR 10.96.0.10');
  expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.1');
});

test('the log says what kind of error the network’s was, and the asker is not told', async () => {
  upstream.does(() => {
    throw new TypeError('connection to resolver.example.net/secret refused');
  });
  expect(await failure()).toBe('SERVFAIL EDE 23: the upstream could not be reached');
  expect(edge.machine.lines).toContain('forwarding failed: the upstream could not be reached (TypeError)');
});

test('an error of one’s own is not the network’s', async () => {
  upstream.does(() => ({ status: 200 }) as Response);
  expect(outcome(await edge.ask('example.com'))).not.toBe('SERVFAIL EDE 23');
  const lines = edge.machine.lines.join();
  expect(lines).toContain('request failed: ');
  expect(lines).not.toContain('forwarding failed');
  expect(upstream.received).toHaveLength(1);
});

test('the log says so once in a minute', async () => {
  upstream.does(plainly(null, { status: 500 }));
  for (let i = 0; i < 5; i += 1) await edge.ask('example.com');
  const lines = () => edge.machine.lines.filter((line) => line.startsWith('forwarding failed'));
  expect(lines()).toEqual(['forwarding failed: the upstream answered with HTTP status 500']);
});

test('the zones of one’s own do not suffer', async () => {
  upstream.does(plainly(null, { status: 500 }));
  expect(await failure()).toBe(status(500));
  expect(outcome(await edge.ask('web.shop.svc.cluster.local'))).toBe('NOERROR 10.96.0.10');
});
