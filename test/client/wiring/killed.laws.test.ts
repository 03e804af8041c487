/** A process may be killed between any two calls of the system, also where a host does several to make one change. */
import fs, { closeSync, existsSync, openSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, test } from 'vitest';
import { install } from '../../../client/wiring/install.ts';
import { type Plan, planInstall } from '../../../client/wiring/plan.ts';
import { readStateFile, removeTraces } from '../../../client/wiring/state-file.ts';
import { undo } from '../../../client/wiring/undo.ts';
import { factsOf, settingsOf } from './facts-of.ts';
import { type Scene, scenes } from './scenes.ts';
import { TemporaryHost, temporaryRoot, treeOf } from './temporary-host.ts';

/** What an install writes is shorter than what was there. */
const longText = Array.from({ length: 99 }, (_, i) => `nameserver 192.0.2.${i + 1}\n`).join('');

const all: Readonly<Record<string, Scene>> = {
  // On a machine, the folder of the note's folder is there.
  ...Object.fromEntries(
    Object.entries(scenes).map(([name, scene]) => [
      name,
      { ...scene, files: { '/var/lib/other': '', '/ProgramData/other': '', ...scene.files } },
    ]),
  ),
  'resolv-conf, a long file': {
    facts: factsOf({ resolvConf: { kind: 'file', text: longText } }),
    files: { '/etc/resolv.conf': longText, '/var/lib/other': '' },
  },
};

const real = { ...fs };
const changing = [
  ...['chmodSync', 'ftruncateSync', 'linkSync', 'mkdirSync'],
  ...['renameSync', 'rmdirSync', 'rmSync', 'symlinkSync', 'writeFileSync'],
] as const;

/** Runs `work`, of which the first `allowed` calls of the system that change something work, and no other. Says how many there were. */
async function killedAfter(allowed: number, work: () => Promise<unknown> | unknown): Promise<number> {
  let calls = 0;
  const patched = fs as unknown as Record<string, unknown>;
  const counted = (call: (...args: readonly never[]) => unknown) => {
    return (...args: readonly never[]): unknown => {
      calls += 1;
      if (calls > allowed) throw new Error('killed');
      return call(...args);
    };
  };
  for (const name of changing) patched[name] = counted((real as never)[name]);
  const write = counted(real.writeFileSync as never) as typeof real.writeFileSync;
  const open = counted(openSync as never) as typeof openSync;
  // A file is there before there is something in it.
  patched['writeFileSync'] = (file: number | string, content: Uint8Array, options?: { flag: string; mode: number }) => {
    if (typeof file === 'number') return write(file, content);
    const made = open(file, options?.flag ?? 'w', options?.mode);
    try {
      write(made, content);
    } finally {
      closeSync(made);
    }
  };
  patched['rmSync'] = (path: string, options: { force: boolean }) => {
    if (calls >= allowed || existsSync(path)) counted(real.rmSync as never)(path as never, options as never);
  };
  syncBuiltinESMExports();
  try {
    await work();
  } catch {
    // Nothing that it did about it has worked.
  } finally {
    for (const name of changing) patched[name] = real[name as keyof typeof real];
    syncBuiltinESMExports();
  }
  return calls;
}

describe.each(Object.entries(all))('%s', (_, { facts, files, settings }) => {
  const plan = planInstall(facts, settingsOf(settings)) as Plan;

  function uninstall(host: TemporaryHost): void {
    const state = readStateFile(host);
    if (state === undefined) removeTraces(host);
    else expect(undo(host, facts, state)).toMatchObject({ problems: [], isComplete: true });
  }

  test.each(['install', 'uninstall'])('wherever an %s is killed, uninstall restores the host', async (what) => {
    let calls = Number.POSITIVE_INFINITY;
    let allowed = 0;
    for (; allowed < calls; allowed += 1) {
      const root = temporaryRoot(files);
      const before = treeOf(root);
      const host = new TemporaryHost(facts.platform, root);
      if (what === 'uninstall') await install(host, facts, plan, undefined);
      const made = await killedAfter(allowed, () =>
        what === 'install' ? install(host, facts, plan, undefined) : undo(host, facts, readStateFile(host)!),
      );
      if (made <= allowed) calls = allowed;
      uninstall(host);
      expect(treeOf(root), `after ${allowed} calls`).toEqual(before);
    }
    expect(allowed).toBeGreaterThan(5);
  });
});
