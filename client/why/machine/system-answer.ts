/** What programs on this machine get that ask the system for a name: getaddrinfo(3). */
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatAddress, parseAddress } from '../../../zone/address.ts';
import type { SystemAnswer } from './here.ts';

const patienceMilliseconds = 12_000;

export async function systemAnswer(name: string): Promise<SystemAnswer> {
  const limit = new AbortController();
  const late = sleep(patienceMilliseconds, undefined, { signal: limit.signal }).then((): SystemAnswer => {
    return { kind: 'failed', code: 'ETIMEDOUT' };
  });
  late.catch(() => undefined);
  const answer = await Promise.race([lookedUp(name), late]);
  limit.abort();
  return answer;
}

async function lookedUp(name: string): Promise<SystemAnswer> {
  try {
    const found = await lookup(name, { all: true });
    return { kind: 'addresses', addresses: [...new Set(found.map(({ address }) => canonical(address)))] };
  } catch (error) {
    const { code = 'EAI_FAIL' } = error as NodeJS.ErrnoException;
    return code === 'ENOTFOUND' ? { kind: 'none' } : { kind: 'failed', code };
  }
}

function canonical(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}
