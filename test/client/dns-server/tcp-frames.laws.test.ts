import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, framed } from '../../../client/dns-server/tcp-frames.ts';

test('messages come out as they went in, however the stream is cut', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (sent, sizes) => {
      const stream = Buffer.concat(sent.map(framed));
      const reader = new FrameReader();
      const received: Uint8Array[] = [];
      for (let at = 0, piece = 0; at < stream.length; piece += 1) {
        const end = at + sizes[piece % sizes.length]!;
        reader.push(stream.subarray(at, end));
        at = end;
        for (let message = reader.next(); message !== undefined; message = reader.next()) received.push(message);
      }
      expect(received.map((message) => Buffer.from(message))).toEqual(sent.map((message) => Buffer.from(message)));
    }),
  );
});

test('a message that has not come whole does not come out', () => {
  const reader = new FrameReader();
  reader.push(framed(new Uint8Array(70)).subarray(0, 71));
  expect(reader.next()).toBeUndefined();
  reader.push(new Uint8Array(1));
  expect(reader.next()).toHaveLength(70);
});
