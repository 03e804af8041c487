import { expect, test } from 'vitest';
import { resolvConfServers } from '../../../client/do53/resolv-conf.ts';
import { formatServerAddress } from '../../../client/do53/server-address.ts';

test.each([
  ['nothing', '', []],
  ['one server', 'nameserver 192.0.2.1\n', ['192.0.2.1']],
  [
    'all of them, in their order',
    'nameserver 192.0.2.2\nnameserver 192.0.2.1\nnameserver 192.0.2.4\nnameserver 192.0.2.3',
    ['192.0.2.2', '192.0.2.1', '192.0.2.4', '192.0.2.3'],
  ],
  ['each once', 'nameserver 192.0.2.1\nnameserver ::ffff:192.0.2.1\n', ['192.0.2.1']],
  ['IPv6, with its scope', 'nameserver 2001:DB8::1\nnameserver fe80::1%eth0\n', ['2001:db8::1', 'fe80::1%eth0']],
  [
    'tabs, trailing blanks and lines as Windows ends them',
    'nameserver\t192.0.2.1 \t\r\nnameserver  192.0.2.2\r\n',
    ['192.0.2.1', '192.0.2.2'],
  ],
  ['what follows the address', 'nameserver 192.0.2.1 # office', ['192.0.2.1']],
  ['comments', '#nameserver 192.0.2.1\n; nameserver 192.0.2.2\n# nameserver 192.0.2.3\n', []],
  ['other lines', 'search a.example\noptions ndots:5\nnameservers 192.0.2.1\nsortlist 192.0.2.0\n', []],
  ['a keyword that does not begin its line', ' nameserver 192.0.2.1', []],
  [
    'what is no address',
    'nameserver dns.example\nnameserver\nnameserver 192.0.2.1:53\nnameserver 192.0.2.9',
    ['192.0.2.9'],
  ],
])('%s', (_, text, servers) => {
  expect(resolvConfServers(text).map(formatServerAddress)).toEqual(servers);
});
