/** What the demo prints when the first names are answered. */
import dnsPacket from 'dns-packet';

export interface WelcomeFacts {
  /** One line per name, with its answer. */
  readonly answers: readonly string[];
  /** A name to put into the commands, with its zone. */
  readonly name: string;
  readonly doh: URL;
  /** Path of the authority to trust; undefined for plain HTTP. */
  readonly ca: string | undefined;
  readonly changeCommands: readonly string[];
}

export function welcome({ answers, name, doh, ca, changeCommands }: WelcomeFacts): string[] {
  return [
    '',
    'Asked over DoH:',
    ...answers.map((line) => `  ${line}`),
    '',
    'Ask yourself:',
    ...askCommands(name, doh, ca).map((line) => `  ${line}`),
    ...(changeCommands.length === 0 ? [] : ['', 'Change something, and see its names follow here within two seconds:']),
    ...changeCommands.map((line) => `  ${line}`),
    '',
    'Ctrl-C ends it.',
  ];
}

/** dig and kdig speak HTTP/2; over plain HTTP only curl is sure to work. */
function askCommands(name: string, doh: URL, ca: string | undefined): string[] {
  const query = dnsPacket.encode({ type: 'query', id: 0, questions: [{ name, type: 'A', class: 'IN' }] });
  const trust = ca === undefined ? '' : `--cacert ${ca} `;
  const curl = `curl -s ${trust}'${doh.href}?dns=${query.toString('base64url')}' | xxd`;
  if (ca === undefined) return [curl];
  const host = doh.hostname.replace(/[[\]]/g, '');
  const at = `@${host} -p ${doh.port || 443} +tls-ca=${ca} +https=${doh.pathname}`;
  return [`kdig ${at} ${name}`, `dig ${at} ${name}`, curl];
}
