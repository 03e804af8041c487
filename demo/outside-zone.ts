/** The flag `--outside-zone`: what is done with names that no zone of the cluster holds. */
import { isLoopback } from '../client/loopback.ts';
import type { ListenAddress } from '../sync-agent/configuration/listen.ts';
import { UsageError } from '../sync-agent/usage.ts';

/** The text as the Worker takes it. Throws UsageError. */
export function readOutsideZone(text: string, listen: ListenAddress | undefined): string {
  if (text === 'refuse' || text === 'nxdomain') return text;
  const url = text.startsWith('forward:') ? text.slice('forward:'.length) : '';
  const reason = reasonAgainst(url, listen);
  if (reason !== undefined) throw new UsageError(`--outside-zone "${text}" ${reason}`);
  return text;
}

function reasonAgainst(text: string, listen: ListenAddress | undefined): string | undefined {
  if (!URL.canParse(text) || /[{}]/.test(text)) {
    return 'is none of refuse, nxdomain and forward:URL, such as forward:https://dns.example.com/dns-query';
  }
  const { protocol, hostname, port, username, password, hash } = new URL(text);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (username !== '' || password !== '' || hash !== '') return 'has a part that cannot be sent: user, password or #';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(host))) {
    return 'does not forward to https:// (http:// is for loopback hosts only)';
  }
  const isHere = listen !== undefined && (host === listen.host || (isLoopback(host) && isLoopback(listen.host)));
  const isSamePort = Number(port === '' ? { 'https:': 443, 'http:': 80 }[protocol] : port) === listen?.port;
  return isHere && isSamePort ? 'leads back to --listen, which would ask itself for ever' : undefined;
}
