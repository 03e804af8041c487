/** What is made for a question has the shape of the object that is kept for it (docs/decisions/0021-shapes-that-stay.md). */
import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { newMessage } from '../worker/message/message-writer.ts';
import { NameWriter } from '../worker/message/name-writer.ts';
import { parseAddress } from '../zone/address.ts';
import type { OwnerGroup } from '../zone/group.ts';
import { encodeFragment } from '../zone/image/fragment.ts';
import { DashedRun } from '../zone/image/group/dashed-run.ts';
import { GroupParts } from '../zone/image/group/group-parts.ts';
import { HostNode } from '../zone/image/group/host-node.ts';
import { HostsReader } from '../zone/image/group/hosts-reader.ts';
import { LabelledRun } from '../zone/image/group/labelled-run.ts';
import { NodeReader } from '../zone/image/group/node-reader.ts';
import { AskedHost } from '../zone/image/group/run.ts';
import { GroupReader } from '../zone/image/group-reader.ts';
import { OctetReader } from '../zone/image/octet-reader.ts';
import { parseRelativeName } from '../zone/name.ts';

const address = parseAddress('10.1.2.3')!;
const group: OwnerGroup = {
  base: parseRelativeName('db.shop.svc'),
  ttlSeconds: 30,
  own: [],
  hosts: [{ label: 'db-0', subdomain: undefined, addresses: [address], services: [] }],
  nodes: [],
  hasPointers: true,
  answersDashed: false,
};
const { octets } = encodeFragment(group);
const parts = new GroupParts(octets, 0);
const host = parts.hosts.all()[0]!;
const query = { qname: Uint8Array.of(2, 0x64, 0x62, 0), labelOffsets: [0] };

test.each([
  ['AskedHost', AskedHost.shape, new AskedHost(query.qname, 0, 3)],
  ['DashedRun', DashedRun.shape, new DashedRun(octets, 8, 40, 1, 16)],
  ['GroupParts', GroupParts.shape, parts],
  ['GroupReader', GroupReader.shape, new GroupReader(octets, 0)],
  ['HostNode', HostNode.shape, new HostNode(parts, host)],
  ['HostsReader', HostsReader.shape, parts.hosts],
  ['LabelledRun', LabelledRun.shape, new LabelledRun(octets, 8, 40, 1, 4)],
  ['NameWriter', NameWriter.shape, new NameWriter(newMessage(512), query, { kind: 'question', offset: 3 })],
  ['NodeReader', NodeReader.shape, new NodeReader(parts, 8, 12)],
  ['OctetReader', OctetReader.shape, new OctetReader(octets, 5)],
])('%s', (_, kept, made) => {
  const haveSameShape = shapeComparison();
  expect(haveSameShape(kept, made)).toBe(true);
  expect(haveSameShape(kept, { ...made })).toBe(false);
});

/** The engine's own. */
function shapeComparison(): (a: object, b: object) => boolean {
  setFlagsFromString('--allow-natives-syntax');
  try {
    return new Function('a', 'b', 'return %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}
