/** Whatever an install does, and wherever it fails or is cut short: what comes back is the host as it was, octet for octet. */
import { describe, expect, test } from 'vitest';
import { install } from '../../../client/wiring/install.ts';
import { type Plan, planInstall } from '../../../client/wiring/plan.ts';
import { readStateFile } from '../../../client/wiring/state-file.ts';
import { undo } from '../../../client/wiring/undo.ts';
import { settingsOf } from './facts-of.ts';
import { scenes } from './scenes.ts';
import { type Files, TemporaryHost, temporaryRoot, treeOf } from './temporary-host.ts';

/** Every call that changes the host, numbered. The first `allowed` of them work. */
class FailingHost extends TemporaryHost {
  calls = 0;
  /** After the first failure: works again, or stays broken, as when the process is killed. */
  readonly #ending: 'recovers' | 'ends';
  readonly #allowed: number;

  constructor(platform: NodeJS.Platform, root: string, allowed: number, ending: 'recovers' | 'ends') {
    super(platform, root);
    this.#allowed = allowed;
    this.#ending = ending;
    for (const name of [
      'makeFolder',
      'create',
      'overwrite',
      'replace',
      'replaceByLink',
      'remove',
      'sweep',
      'removeEmptyFolder',
      'run',
    ] as const) {
      const real = this[name].bind(this) as (...args: readonly unknown[]) => unknown;
      Object.assign(this, { [name]: (...args: readonly unknown[]) => this.#fail() ?? real(...args) });
    }
  }

  override async answers(): Promise<boolean> {
    this.#fail();
    return true;
  }

  #fail(): undefined {
    this.calls += 1;
    const fails = this.#ending === 'ends' ? this.calls > this.#allowed : this.calls === this.#allowed + 1;
    if (fails) throw new Error('the disk is on fire');
  }
}

describe.each(Object.entries(scenes))('%s', (_, { facts, files, settings }) => {
  const plan = planInstall(facts, settingsOf(settings)) as Plan;
  const unlimited = Number.POSITIVE_INFINITY;

  test('uninstall restores the host', async () => {
    const root = temporaryRoot(files);
    const before = treeOf(root);
    const host = new TemporaryHost(facts.platform, root);
    expect(await install(host, facts, plan, undefined)).toMatchObject({ problems: [] });
    expect(treeOf(root)).not.toEqual(before);
    expect(undo(host, facts, readStateFile(host)!)).toMatchObject({ problems: [], isComplete: true });
    expect(treeOf(root)).toEqual(before);
    expect(readStateFile(host)).toBeUndefined();
  });

  test('a second install changes nothing, and is undone as the first', async () => {
    const root = temporaryRoot(files);
    const before = treeOf(root);
    const host = new TemporaryHost(facts.platform, root);
    await install(host, facts, plan, undefined);
    const once = treeOf(root);
    await install(host, facts, plan, readStateFile(host));
    expect(treeOf(root)).toEqual(once);
    undo(host, facts, readStateFile(host)!);
    expect(treeOf(root)).toEqual(before);
  });

  test('whichever change fails, the host is as before', async () => {
    const counting = new FailingHost(facts.platform, temporaryRoot(files), unlimited, 'recovers');
    await install(counting, facts, plan, undefined);
    expect(counting.calls).toBeGreaterThan(1);
    for (let allowed = 0; allowed < counting.calls; allowed += 1) {
      const root = temporaryRoot(files);
      const before = treeOf(root);
      const host = new FailingHost(facts.platform, root, allowed, 'recovers');
      await expect(install(host, facts, plan, undefined)).rejects.toThrow(
        'nothing is installed: the disk is on fire; everything is as it was',
      );
      expect(treeOf(root), `after ${allowed} changes`).toEqual(before);
    }
  });

  test('wherever an install is killed, uninstall restores the host', async () => {
    const counting = new FailingHost(facts.platform, temporaryRoot(files), unlimited, 'ends');
    await install(counting, facts, plan, undefined);
    for (let allowed = 0; allowed < counting.calls; allowed += 1) {
      const root = temporaryRoot(files);
      const before = treeOf(root);
      await install(new FailingHost(facts.platform, root, allowed, 'ends'), facts, plan, undefined).catch(() => {});
      const host = new TemporaryHost(facts.platform, root);
      const state = readStateFile(host);
      if (state !== undefined) expect(undo(host, facts, state)).toMatchObject({ problems: [], isComplete: true });
      expect(withoutEmptyFolders(treeOf(root)), `after ${allowed} changes`).toEqual(withoutEmptyFolders(before));
      if (state !== undefined) expect(treeOf(root)).toEqual(before);
    }
  });

  test('wherever an uninstall is killed, a second one restores the host', async () => {
    const count = async (): Promise<number> => {
      const host = new FailingHost(facts.platform, temporaryRoot(files), unlimited, 'ends');
      await install(host, facts, plan, undefined);
      const installing = host.calls;
      undo(host, facts, readStateFile(host)!);
      return host.calls - installing;
    };
    const calls = await count();
    for (let allowed = 0; allowed < calls; allowed += 1) {
      const root = temporaryRoot(files);
      const before = treeOf(root);
      const host = new TemporaryHost(facts.platform, root);
      await install(host, facts, plan, undefined);
      try {
        undo(new FailingHost(facts.platform, root, allowed, 'ends'), facts, readStateFile(host)!);
      } catch {
        // As when it is killed: the note cannot be removed.
      }
      const state = readStateFile(host);
      if (state !== undefined) undo(host, facts, state);
      expect(withoutEmptyFolders(treeOf(root)), `after ${allowed} changes`).toEqual(withoutEmptyFolders(before));
    }
  });
});

/** Before the first note, and behind the last, a folder may be left that holds nothing. */
function withoutEmptyFolders(tree: Files): Files {
  const paths = Object.keys(tree);
  const holdsSomething = (path: string) =>
    paths.some((each) => each.startsWith(`${path}/`) && !tree[each]!.startsWith('folder'));
  return Object.fromEntries(
    Object.entries(tree).filter(([path, entry]) => !entry.startsWith('folder') || holdsSomething(path)),
  );
}
