import dnsPacket from 'dns-packet';
import { expect, test } from 'vitest';
import type { ReadyFile } from '../../demo/ready-file.ts';
import type { Answered } from '../../demo/tour.ts';
import { welcome } from '../../demo/welcome.ts';

const ready: ReadyFile = {
  url: 'https://[::1]:8443',
  doh: 'https://[::1]:8443/t/kd1/dns-query',
  token: 'kd1',
  cluster: 'local',
  zones: ['cluster.local'],
  ca: '/tmp/x/ca.pem',
};

const answers: Answered[] = [
  { name: '_a._tcp.b.c.svc', type: 'SRV', answer: '0 33 1 x…' },
  { name: 'b.c.svc', type: 'A', answer: '10.0.0.1' },
];

function lines(more: Partial<Parameters<typeof welcome>[0]> = {}): string[] {
  return welcome({ zone: 'cluster.local', answers, ready, changeCommands: [], ...more });
}

/** The commands that are printed, by their first word. */
function commands(...args: Parameters<typeof lines>): Record<string, string> {
  const found = lines(...args).flatMap((line) => /^ {2}((dig|kdig|curl) .*)$/.exec(line) ?? []);
  return Object.fromEntries(found.filter((_, i) => i % 3 === 1).map((line) => [line.split(' ')[0]!, line]));
}

test('names, types and answers stand in columns', () => {
  expect(lines()).toEqual(
    expect.arrayContaining([
      '  _a._tcp.b.c.svc.cluster.local  SRV   0 33 1 x…',
      '  b.c.svc.cluster.local          A     10.0.0.1',
    ]),
  );
});

test('the commands ask for the first name that has an address', () => {
  const at = '@::1 -p 8443 +tls-ca=/tmp/x/ca.pem +https=/t/kd1/dns-query b.c.svc.cluster.local A';
  const { dig, kdig, curl } = commands();
  expect([dig, kdig]).toEqual([`dig ${at}`, `kdig ${at}`]);
  const [, url, query] =
    /^curl -fsS --cacert \/tmp\/x\/ca\.pem '(.*)\?dns=([A-Za-z0-9_-]+)' \| tail -c 4 \| od -An -tu1$/.exec(curl!)!;
  expect(url).toBe(ready.doh);
  expect(dnsPacket.decode(Buffer.from(query!, 'base64url')).questions).toEqual([
    { name: 'b.c.svc.cluster.local', type: 'A', class: 'IN' },
  ]);
});

test('over plain HTTP, which is HTTP/1.1, there is only curl', () => {
  const plain = { ...ready, doh: 'http://127.0.0.1:8080/dns-query', token: null, ca: null };
  const { dig, kdig, curl } = commands({ ready: plain });
  expect([dig, kdig]).toEqual([undefined, undefined]);
  expect(curl).toMatch(/^curl -fsS 'http:\/\/127\.0\.0\.1:8080\/dns-query\?dns=/);
});

test('an empty cluster has something to ask too', () => {
  expect(lines({ answers: [] })).toContain('  (no names of pods or Services are published yet)');
  expect(commands({ answers: [] })['dig']).toContain('kubernetes.default.svc.cluster.local A');
});

test('commands that change something are there when there are any', () => {
  const heading = 'Change something, and see its names follow here within two seconds:';
  expect(lines({ changeCommands: ['do it'] })).toEqual(expect.arrayContaining([heading, '  do it']));
  expect(lines()).not.toContain(heading);
});
