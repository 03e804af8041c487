/** What the demo prints when the first names are answered. */
import dnsPacket from 'dns-packet';
import type { ReadyFile } from './ready-file.ts';
import type { Answered, Question } from './tour.ts';

export interface WelcomeFacts {
  readonly zone: string;
  readonly answers: readonly Answered[];
  readonly ready: ReadyFile;
  readonly changeCommands: readonly string[];
}

export function welcome({ zone, answers, ready, changeCommands }: WelcomeFacts): string[] {
  const width = Math.max(0, ...answers.map(({ name }) => name.length + 1 + zone.length));
  const example = answers.find(({ type }) => type === 'A') ?? { name: 'kubernetes.default.svc', type: 'A' };
  return [
    '',
    'Asked over DoH:',
    ...answers.map(({ name, type, answer }) => `  ${`${name}.${zone}`.padEnd(width)}  ${type.padEnd(4)}  ${answer}`),
    ...(answers.length === 0 ? ['  (no names of pods or Services are published yet)'] : []),
    '',
    'Ask yourself:',
    ...askCommands({ ...example, name: `${example.name}.${zone}` }, ready).map((line) => `  ${line}`),
    ...(changeCommands.length === 0 ? [] : ['', 'Change something, and see its names follow here within two seconds:']),
    ...changeCommands.map((line) => `  ${line}`),
    '',
    'Ctrl-C ends it.',
  ];
}

/** dig (9.18 and later) and kdig need HTTP/2, which goes with TLS here; curl does without. */
function askCommands({ name, type }: Pick<Question, 'name' | 'type'>, { doh, ca }: ReadyFile): string[] {
  const query = dnsPacket.encode({ type: 'query', id: 0, questions: [{ name, type, class: 'IN' }] });
  const trust = ca === null ? '' : `--cacert ${ca} `;
  // The address of the last record ends the message, so its octets can be read with what every system has.
  const curl = `curl -fsS ${trust}'${doh}?dns=${query.toString('base64url')}' | tail -c 4 | od -An -tu1`;
  if (ca === null) return [curl];
  const { hostname, port, pathname } = new URL(doh);
  const at = `@${hostname.replace(/[[\]]/g, '')} -p ${port || 443} +tls-ca=${ca} +https=${pathname}`;
  return [`dig ${at} ${name} ${type}`, `kdig ${at} ${name} ${type}`, curl];
}
