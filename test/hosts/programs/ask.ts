/** Questions to the resolver of a host, as `dig` puts them: to the first server of its resolv.conf. */
import type { Host } from '../room/host.ts';

export interface DigAnswer {
  readonly status: string;
  /** The data of the answer section, sorted, without final dots. */
  readonly data: readonly string[];
  /** The codes of extended errors (RFC 8914). */
  readonly extendedErrors: readonly number[];
}

export async function dig(host: Host, name: string, type: string, ...more: readonly string[]): Promise<DigAnswer> {
  // It ends with another code than 0 when nobody answers.
  const { stdout: text } = await host.tries([
    'dig',
    '+tries=1',
    '+time=5',
    '+noall',
    '+comments',
    '+answer',
    ...more,
    name,
    type,
  ]);
  const status = /status: (\w+)/.exec(text)?.[1] ?? 'none';
  const records = text.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  const data = records.map((line) => line.split(/\s+/).slice(4).join(' ').replace(/\.$/, ''));
  const extendedErrors = [...text.matchAll(/^; EDE: (\d+)/gm)].map(([, code]) => Number(code));
  return { status, data: data.sort(), extendedErrors };
}
