import dnsPacket from 'dns-packet';
import { expect, test } from 'vitest';
import { queryMessage } from '../../../client/export/query-message.ts';
import { parseName } from '../../../zone/name.ts';

test('a query as RFC 8484 wants it, with EDNS', () => {
  const { id, type, flag_rd, questions, additionals } = dnsPacket.decode(
    Buffer.from(queryMessage(parseName('_redis._tcp.a.example'), 33)),
  ) as dnsPacket.DecodedPacket;
  expect({ id, type, flag_rd, questions }).toEqual({
    id: 0,
    type: 'query',
    flag_rd: true,
    questions: [{ name: '_redis._tcp.a.example', type: 'SRV', class: 'IN' }],
  });
  expect(additionals).toMatchObject([{ type: 'OPT', name: '.', udpPayloadSize: 1232, ednsVersion: 0, options: [] }]);
});
