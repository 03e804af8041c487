/** The unit starts a command that there is, and systemd understands every line of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { edgeFlags, readEdgeFlags } from '../../../client/commands/edge/edge-options.ts';
import { parseCommandLine } from '../../../sync-agent/usage.ts';

const text = readFileSync(new URL('../../../deploy/systemd/kube-doh-edge.service', import.meta.url), 'utf8');

test('it starts the edge for a proxy on this machine', () => {
  const [, command] = /^ExecStart=\/usr\/local\/bin\/kube-doh edge (.+)$/m.exec(text)!;
  const args = command!.replace('%S', '/var/lib').split(' ');
  const { values } = parseCommandLine({ args, options: edgeFlags }, 'help');
  expect(readEdgeFlags(values)).toMatchObject({
    data: '/var/lib/kube-doh-edge',
    listen: { host: '127.0.0.1', port: 8787 },
    isBehindProxy: true,
    variables: { OPEN: 'false' },
  });
  expect(text).toMatch(/^StateDirectory=kube-doh-edge$/m);
  expect(text).toMatch(/^StateDirectoryMode=0700$/m);
});

const isHere = spawnSync('systemd-analyze', ['--version']).error === undefined;
if (!isHere)
  process.stdout.write('skipped: systemd-analyze is not here (apt-get install systemd); the unit is not checked\n');

test.runIf(isHere)('systemd finds nothing wrong with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const verify = (unit: string) => {
    const path = join(folder, 'kube-doh-edge.service');
    // It looks for the program.
    writeFileSync(path, unit.replaceAll('/usr/local/bin/kube-doh', process.execPath));
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    const said = (stdout + stderr).split('\n').filter((line) => line.includes('kube-doh-edge.service'));
    return said;
  };
  expect(verify(text)).toEqual([]);
  expect(verify(text.replace('KillMode=mixed', 'KillMode=gently')).join('\n')).toContain('gently');
});
