/** What the Worker does with a packet between the request and the response: parse, look up, encode. */
import { reply, screen } from '../../worker/answers/respond.ts';
import { wholeView } from '../../worker/answers/scope.ts';
import { identityFor } from '../../worker/http/identity.ts';
import { encodeAnswer } from '../../worker/message/answer.ts';
import { parseQuery } from '../../worker/message/query.ts';
import { type Served, servedFrom } from '../../worker/snapshots/served.ts';
import { encodeSnapshot } from '../../zone/image/encode.ts';
import { openImage } from '../../zone/image/open.ts';
import { type Manifest, manifestFormat } from '../../zone/manifest.ts';
import { clusterId } from '../worker/support/agent.ts';
import { now, outside } from './door.ts';
import type { World } from './world.ts';

/** Undefined for what gets no DNS answer. */
export type Processing = (packet: Uint8Array) => Uint8Array | undefined;

/** No data centre is said. */
const anyRequest = new Request('https://edge.test/');

/** Nothing is kept between packets. */
export function processingOf({ cluster, snapshot }: World, random: () => number): Processing {
  const image = encodeSnapshot(snapshot);
  const manifest: Manifest = {
    format: manifestFormat,
    cluster: clusterId(cluster),
    epoch: 1,
    serial: 1,
    generatedAt: now,
    length: image.length,
    sha256: '',
  };
  const limits = { softLimitSeconds: 900, hardLimitSeconds: 86_400 };
  const served: Served = servedFrom(openImage(image), { text: '', signature: '', manifest }, limits);
  return (packet) => {
    const message = parseQuery(packet);
    if (message.kind === 'malformed') return undefined;
    const screened = screen(message);
    const decided =
      screened.kind === 'answered' ? screened.reply : reply(screened.query, served, now, wholeView, outside);
    if (decided.kind === 'forward') throw new Error('nothing is to be forwarded');
    const identity = identityFor(decided, anyRequest, screened.kind === 'answered' ? undefined : served, now);
    return encodeAnswer(decided, random, false, identity);
  };
}
