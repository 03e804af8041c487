import { describe, expect, test } from 'vitest';
import { formatState, parseState, type State } from '../../../client/wiring/state.ts';

const hash = 'a'.repeat(64);
const state: State = {
  method: 'resolv-conf',
  zones: ['cluster.local'],
  listen: { host: '127.0.0.1', port: 53 },
  upstreams: ['192.0.2.1'],
  done: [
    { kind: 'folder', path: '/var/lib/kube-doh' },
    { kind: 'file', path: '/etc/x', sha256: hash },
    {
      kind: 'edit',
      path: '/etc/resolv.conf',
      sha256: hash,
      before: { kind: 'file', keptAt: '/var/x', sha256: hash },
      isUnderWay: true,
    },
    {
      kind: 'edit',
      path: '/etc/resolv.conf',
      sha256: hash,
      before: { kind: 'symlink', target: '../run/x' },
      isUnderWay: false,
    },
    { kind: 'run', starts: 'nrpt-rules' },
    { kind: 'reload', service: 'dnsmasq' },
  ],
};

test('what is written is read', () => {
  expect(parseState(formatState(state), '/x', 'linux')).toEqual(state);
});

describe('on Windows, where everybody may write the note', () => {
  const { done } = state;

  test.each(done.filter(({ kind }) => kind === 'file' || kind === 'edit'))('none takes away a file: %o', (step) => {
    expect(() => parseState(formatState({ ...state, done: [step] }), 'C:\\x', 'win32')).toThrow(
      expect.objectContaining({ code: 'BAD_STATE' }),
    );
  });

  test('the others are read', () => {
    const without = { ...state, done: done.filter(({ kind }) => kind !== 'file' && kind !== 'edit') };
    expect(parseState(formatState(without), 'C:\\x', 'win32')).toEqual(without);
  });
});

const json = JSON.parse(formatState(state)) as Record<string, unknown>;

describe('what is not ours is refused, with what to do', () => {
  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['an array', []],
    ['another format', { ...json, format: 2 }],
    ['an unknown method', { ...json, method: 'magic' }],
    ['no zones', { ...json, zones: 'cluster.local' }],
    ['no address', { ...json, listen: { host: 'localhost', port: 53 } }],
    ['no list', { ...json, done: {} }],
    ['a relative path', { ...json, done: [{ kind: 'file', path: 'etc/x', sha256: hash }] }],
    ['no hash', { ...json, done: [{ kind: 'file', path: '/etc/x', sha256: '' }] }],
    ['a command', { ...json, done: [{ kind: 'run', undo: ['rm', '-rf', '/'] }] }],
    ['an unknown service', { ...json, done: [{ kind: 'reload', service: 'sshd' }] }],
    ['an unknown step', { ...json, done: [{ kind: 'dance' }] }],
  ])('%s', (_, value) => {
    expect(() => parseState(JSON.stringify(value) ?? '', '/var/lib/kube-doh/wiring.json', 'linux')).toThrow(
      expect.objectContaining({
        code: 'BAD_STATE',
        message: expect.stringMatching(
          /^\/var\/lib\/kube-doh\/wiring\.json is not what kube-doh wrote there: take away/,
        ),
      }),
    );
  });
});
