/** Checks of the OPT record in an answer. */
import type { Check, Complaint } from '../case.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import type { Opt } from '../message/read-answer.ts';
import { dns } from './dns.ts';

export const optionNames = {
  NSID: 3,
  ECS: 8,
  EXPIRE: 9,
  COOKIE: 10,
  KEEPALIVE: 11,
  PADDING: 12,
  CHAIN: 13,
  KEYTAG: 14,
  EDE: 15,
  REPORTCHANNEL: 18,
  ZONEVERSION: 19,
} as const;

/** Exactly one OPT record, which `look` finds right. */
export function opt(look: (record: Opt, answer: HttpAnswer) => Complaint = () => undefined): Check {
  return dns(({ opts }, answer) => {
    const [record] = opts;
    return record === undefined || opts.length > 1 ? `${opts.length} OPT records` : look(record, answer);
  });
}

export const hasOpt = opt();

export const hasNoOpt = dns(({ opts }) => (opts.length === 0 ? undefined : 'an OPT record that was not asked for'));

export function hasOption(code: number, look: (data: Uint8Array) => Complaint = () => undefined): Check {
  return opt(({ options }) => {
    const found = options.filter((option) => option.code === code);
    return found.length === 1 ? look(found[0]!.data) : `option ${code} ${found.length} times`;
  });
}

export function lacksOptions(...codes: readonly number[]): Check {
  return opt(({ options }) => {
    const found = options.filter(({ code }) => codes.includes(code)).map(({ code }) => code);
    return found.length === 0 ? undefined : `option ${found.join(', ')}`;
  });
}

/** An extended error (RFC 8914 §2) with one of these codes, and a text that people can read. */
export function extendedError(...codes: readonly number[]): Check {
  return hasOption(optionNames.EDE, (data) => {
    const code = (data[0]! << 8) | data[1]!;
    if (data.length < 2 || !codes.includes(code)) return `extended error ${code}, not ${codes.join(' or ')}`;
    const text = new TextDecoder('utf-8', { fatal: true });
    try {
      return text.decode(data.subarray(2)).includes('\0') ? 'NUL in the text of the extended error' : undefined;
    } catch {
      return 'the text of the extended error is not UTF-8';
    }
  });
}

export const hasNoExtendedError = lacksOptions(optionNames.EDE);
