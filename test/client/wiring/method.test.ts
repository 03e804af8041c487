import { describe, expect, test } from 'vitest';
import type { HostFacts, ResolvConf } from '../../../client/wiring/facts.ts';
import { chooseMethod, type Method } from '../../../client/wiring/method.ts';
import { factsOf, macos, systemd258, windows } from './facts-of.ts';

const local: ResolvConf = { kind: 'file', text: 'nameserver 127.0.0.1\n' };
const remote: ResolvConf = { kind: 'file', text: 'nameserver 192.0.2.53\n' };
const server = { isRunning: true, readsFolder: true, processId: 7 };
const resolved = (version: number, asksOverTlsOnly = false) => ({ version, globalServers: [], asksOverTlsOnly });
const stubLink: ResolvConf = { kind: 'symlink', target: '../run/systemd/resolve/stub-resolv.conf', text: '' };

describe('what suits a host', () => {
  test.each<readonly [string, HostFacts, Method]>([
    ['a Mac', macos, 'macos'],
    ['Windows', windows, 'windows'],
    ['systemd-resolved 258, asked by its link', systemd258, 'resolved-delegate'],
    ['systemd-resolved 257', factsOf({ resolved: resolved(257), resolvConf: stubLink }), 'resolved'],
    [
      'systemd-resolved, asked by its address',
      factsOf({ resolved: resolved(255), resolvConf: { kind: 'file', text: 'nameserver 127.0.0.53\n' } }),
      'resolved',
    ],
    [
      'systemd-resolved that nobody asks, beside dnsmasq',
      factsOf({ resolved: resolved(258), resolvConf: local, dnsmasq: server }),
      'dnsmasq',
    ],
    [
      'NetworkManager with dnsmasq',
      factsOf({ networkManager: { usesDnsmasq: true }, dnsmasq: server, resolvConf: local }),
      'networkmanager',
    ],
    ['NetworkManager without', factsOf({ networkManager: { usesDnsmasq: false }, resolvConf: remote }), 'resolv-conf'],
    ['dnsmasq', factsOf({ dnsmasq: server, resolvConf: local }), 'dnsmasq'],
    ['dnsmasq by default', factsOf({ dnsmasq: server, resolvConf: { kind: 'absent' } }), 'dnsmasq'],
    ['dnsmasq for others', factsOf({ dnsmasq: server, resolvConf: remote }), 'resolv-conf'],
    [
      'dnsmasq that reads no folder',
      factsOf({ dnsmasq: { ...server, readsFolder: false }, resolvConf: local }),
      'resolv-conf',
    ],
    [
      'dnsmasq that does not run',
      factsOf({ dnsmasq: { ...server, isRunning: false }, resolvConf: local }),
      'resolv-conf',
    ],
    ['unbound', factsOf({ unbound: server, resolvConf: { kind: 'file', text: 'nameserver ::1\n' } }), 'unbound'],
    ['a container', factsOf(), 'resolv-conf'],
  ])('%s', (_, facts, method) => {
    expect(chooseMethod(facts, 'auto')).toEqual({ kind: 'method', method });
  });
});

describe('what was asked for and cannot work says what to do instead', () => {
  test.each<readonly [Method, HostFacts, RegExp]>([
    ['macos', factsOf(), /--method macos is for macOS: leave it out/],
    ['windows', macos, /is for Windows: leave it out/],
    ['resolved', macos, /is for Linux: leave it out/],
    ['resolv-conf', windows, /is for Linux: leave it out/],
    ['resolved', factsOf(), /systemd-resolved does not run here: leave out --method/],
    ['resolved', factsOf({ resolved: resolved(245) }), /takes no server with a port: use --method resolv-conf/],
    ['resolved', factsOf({ resolved: resolved(252, true) }), /over TLS, .* set DNSOverTLS=opportunistic/],
    ['resolved-delegate', factsOf({ resolved: resolved(258, true) }), /over TLS, .* set DNSOverTLS=opportunistic/],
    ['resolved-delegate', factsOf({ resolved: resolved(257) }), /came with 258: use --method resolved$/],
    ['networkmanager', factsOf({ networkManager: { usesDnsmasq: false } }), /put dns=dnsmasq under \[main\]/],
    ['dnsmasq', factsOf({ dnsmasq: { ...server, readsFolder: false } }), /add the line conf-dir=/],
    ['unbound', factsOf(), /add the line include-toplevel:/],
  ])('%s', (method, facts, reason) => {
    expect(chooseMethod(facts, method)).toEqual({ kind: 'unsupported', reason: expect.stringMatching(reason) });
  });

  test.each<readonly [Method, HostFacts]>([
    ['resolved', systemd258],
    ['dnsmasq', factsOf({ dnsmasq: { ...server, isRunning: false } })],
    ['resolv-conf', systemd258],
  ])('%s can be forced where it can work', (method, facts) => {
    expect(chooseMethod(facts, method)).toEqual({ kind: 'method', method });
  });
});
