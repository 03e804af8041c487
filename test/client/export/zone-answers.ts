/** Answers as an edge gives them, from records that a test writes as a zone file has them. */
import dnsPacket, { type Answer } from 'dns-packet';
import type { Ask } from '../../../client/export/answer.ts';
import { typeText } from '../../../client/export/record-type.ts';
import { type ResponseMessage, readResponse } from '../../../worker/message/read-response.ts';
import { formatName, type Name, parseName } from '../../../zone/name.ts';

/** The octets that an edge sends, read; `rcode` is a number, an extended error is its INFO-CODE and text. */
export function response(
  lines: readonly string[],
  {
    rcode = 0,
    error,
    additional = [],
  }: { rcode?: number; error?: [number, string]; additional?: readonly string[] } = {},
): ResponseMessage {
  const data = error && Buffer.concat([Buffer.from([0, error[0]]), Buffer.from(error[1])]);
  const opt = {
    type: 'OPT' as const,
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: data === undefined ? [] : [{ code: 15, data }],
  };
  const packet = {
    type: 'response' as const,
    flags: rcode,
    answers: lines.map(record),
    // The type of the option's code has names only.
    additionals: [...additional.map(record), opt] as Answer[],
  };
  return readResponse(dnsPacket.encode(packet))!;
}

/** A zone that has these records; every name above one exists. What `asked` is given remembers the questions. */
export function askOf(lines: readonly string[], asked: string[] = []): Ask {
  const owners = lines.map((line) => parseName(line.split(' ')[0]!));
  return async (name, type) => {
    asked.push(`${formatName(name)} ${typeText(type)}`);
    const own = lines.filter((_, i) => owners[i] === name);
    const matching = own.filter((line) => [typeText(type), 'CNAME'].includes(line.split(' ')[3]!));
    const exists = owners.some((owner) => owner.endsWith(name as Name));
    return response(matching, { rcode: exists ? 0 : 3 });
  };
}

function record(line: string): Answer {
  const [name, ttl, , type, ...data] = line.split(' ') as [string, string, string, string, ...string[]];
  const common = { name, ttl: Number(ttl) };
  if (type === 'SRV') {
    const [priority, weight, port] = data.map(Number) as [number, number, number];
    return { ...common, type, data: { priority, weight, port, target: data[3]! } };
  }
  return { ...common, type: type as 'A', data: data[0]! };
}
