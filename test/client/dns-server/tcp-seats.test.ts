import { expect, test } from 'vitest';
import { sourceOf, TcpSeats } from '../../../client/dns-server/tcp-seats.ts';

/** Seats by name, and who had to leave. */
function room(maxConnections: number, maxFromOneSource: number) {
  const seats = new TcpSeats({ maxConnections, maxFromOneSource });
  const left: string[] = [];
  const seat = (name: string, source?: string) => {
    const taken = { source, leave: () => left.push(name) };
    seats.take(taken);
    return taken;
  };
  return { seats, left, seat };
}

test('whoever has all that one may have ends the one that he used least lately', () => {
  const { seats, left, seat } = room(10, 2);
  const first = seat('a1', '192.0.2.1');
  seat('b1', '192.0.2.2');
  seat('a2', '192.0.2.1');
  seats.use(first);
  seat('a3', '192.0.2.1');
  expect(left).toEqual(['a2']);
  seat('a4', '192.0.2.1');
  expect(left).toEqual(['a2', 'a1']);
});

test('when all are taken, the one that was used least lately is ended, whoever has it', () => {
  const { seats, left, seat } = room(3, 2);
  const first = seat('a', '192.0.2.1');
  seat('b', '192.0.2.2');
  seat('c');
  seats.use(first);
  seat('d', '192.0.2.4');
  expect(left).toEqual(['b']);
});

test('programs of this machine share no bound of their own', () => {
  const { left, seat } = room(5, 2);
  for (const name of ['a', 'b', 'c', 'd', 'e']) seat(name);
  expect(left).toEqual([]);
  seat('f');
  expect(left).toEqual(['a']);
});

test('what has ended makes room, and is not used any more', () => {
  const { seats, left, seat } = room(2, 2);
  const first = seat('a');
  seat('b');
  seats.free(first);
  seats.use(first);
  seat('c');
  expect(left).toEqual([]);
  seats.leaveAll();
  expect(left).toEqual(['b', 'c']);
});

test.for([
  ['127.0.0.1', undefined],
  ['127.8.8.8', undefined],
  ['::ffff:127.0.0.1', undefined],
  ['::1', undefined],
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::127', '2001:db8::127'],
] as const)('from %s it is one of %s', ([address, source]) => {
  expect(sourceOf(address)).toBe(source);
});
