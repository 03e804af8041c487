/** Questions whose answers are records, or that there are none. */
import type { ResponseMessage, ResponseRecord } from '../../worker/message/read-response.ts';
import { type Address, addressFromOctets } from '../../zone/address.ts';
import { foldCase, type Name, type SpelledName } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { type Ask, findingOf, outcomeLine } from './answer.ts';
import { addressTypes } from './record-type.ts';

/** An answer was neither records nor that there are none. The message is one line. */
export class NoRecordsError extends Error {
  readonly code = 'NO_RECORDS';

  constructor(line: string) {
    super(line);
    this.name = 'NoRecordsError';
  }
}

export interface FoundAddresses {
  readonly addresses: readonly Address[];
  readonly exists: boolean;
  /** Where the name leads when it is an alias. */
  readonly target: Name | undefined;
}

/** Remembers how long all that was answered may be taken for true. */
export class Asking {
  readonly #ask: Ask;
  #ttlSeconds: number | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The shortest TTL so far; undefined when there was none. */
  get ttlSeconds(): number | undefined {
    return this.#ttlSeconds;
  }

  /** Throws NoRecordsError, and rejects as `ask` does. */
  async records(name: Name, type: number): Promise<ResponseMessage> {
    const response = await this.#ask(name, type);
    if (findingOf(response) === 'failed') throw new NoRecordsError(outcomeLine({ name, type }, response));
    for (const { ttlSeconds } of [...response.answer, ...response.authority]) {
      this.#ttlSeconds = Math.min(ttlSeconds, this.#ttlSeconds ?? ttlSeconds);
    }
    return response;
  }

  /** The name's own, IPv4 first. Throws as `records` does. */
  async addresses(name: Name): Promise<FoundAddresses> {
    const responses = await Promise.all(addressTypes.map((type) => this.records(name, type)));
    const answers = responses.flatMap(({ answer }) => answer);
    const alias = answers.find(({ owner, type }) => foldCase(owner) === name && type === typeCodes.CNAME);
    return {
      addresses: addressesOf(name, answers),
      exists: responses.some((response) => findingOf(response) !== 'no-name'),
      target: alias && nameAt(alias.data, 0),
    };
  }
}

/** Those among the records that the name owns. */
export function addressesOf(name: Name, records: readonly ResponseRecord[]): Address[] {
  return records
    .filter(({ owner, type }) => addressTypes.includes(type) && foldCase(owner) === name)
    .filter(({ type, data }) => data.length === (type === typeCodes.A ? 4 : 16))
    .map(({ data }) => addressFromOctets(data));
}

/** The name that ends the data of a record; it is written out there. */
export function nameAt(data: Uint8Array, start: number): Name {
  return foldCase(String.fromCharCode(...data.subarray(start)) as SpelledName) as Name;
}
