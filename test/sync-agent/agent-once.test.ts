/** Publishing once, and showing what would be published. */
import { describe, expect, test } from 'vitest';
import type { AgentOptions } from '../../sync-agent/agent.ts';
import { type DryRunOptions, dryRun } from '../../sync-agent/dry-run.ts';
import { defaultDeletionGuard } from '../../sync-agent/guard/deletion-guard.ts';
import type { NameOptions } from '../../sync-agent/selection.ts';
import { parsePrefix } from '../../zone/address.ts';
import { parseName } from '../../zone/name.ts';
import { minute, nameOptions, names, useStage } from './agent-stage.ts';

const stage = useStage();

/** Publishes 30 Services as an agent that has ended. */
async function publishMany(): Promise<void> {
  for (let i = 0; i < 30; i += 1) stage.addService(`web-${i}`);
  await stage.runUntilReady();
  stage.stop.abort();
  await stage.ended();
  stage.begin();
}

describe('--once', () => {
  test('ends when a snapshot is stored', async () => {
    stage.addService('web');
    const end = stage.run({ once: true });
    await stage.until(() => stage.images.length > 0);
    await end;
    expect(names(stage.images[0])).toContain('web.default.svc');
    await stage.arrived(() => stage.cluster.faults.countWatches() === 0);
    expect(stage.clock.sleeping).toBe(0);
    expect(stage.images).toHaveLength(1);
  });

  test('ends with an error where a deletion would be held back', async () => {
    await publishMany();
    await stage.replaceCluster();
    const end = stage.run({ once: true });
    await stage.until(() => stage.told('held-back').length > 0, 100);
    await expect(end).rejects.toMatchObject({
      code: 'DELETION_HELD',
      message: expect.stringMatching(/^not published: \d+ of \d+ published names would vanish; .*--allow-deletions$/),
    });
    expect(stage.edge.manifests).toHaveLength(1);
  });

  test.for(['storedAnswer', 'answer'] as const)('ends with an error where the edge refuses (%s)', async (which) => {
    stage.edge[which] = async () => ({ kind: 'refused', reason: 'the edge answered 403: wrong key' });
    const end = stage.run({ once: true });
    let isOver = false;
    end.catch(() => {
      isOver = true;
    });
    await stage.until(() => isOver);
    await expect(end).rejects.toMatchObject({
      code: 'PUBLISH_REFUSED',
      message: 'publishing failed: the edge answered 403: wrong key',
    });
  });

  test('waits for an edge that is away', async () => {
    stage.edge.answer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined });
    const end = stage.run({ once: true });
    await stage.until(() => stage.edge.manifests.length > 2, 100);
    stage.edge.answer = undefined;
    await stage.until(() => stage.images.length > 0, 1000);
    await end;
  });
});

describe('--dry-run', () => {
  function run(more: Partial<DryRunOptions> = {}): { lines: string[]; end: Promise<void> } {
    const lines: string[] = [];
    const options: DryRunOptions = { ...stage.options(), print: (line) => lines.push(line), ...more };
    return { lines, end: stage.keep(dryRun(options, stage.stop.signal)) };
  }

  test('shows all records where nothing is stored, and stores nothing', async () => {
    stage.addService('web');
    const { lines, end } = run({ once: true });
    await stage.until(() => lines.length > 0);
    await end;
    expect(lines).toContainEqual(expect.stringMatching(/^\+ web\.default\.svc\.cluster\.local\. 30 IN A 10\./));
    expect(lines).toContainEqual(
      expect.stringMatching(/^\+ .*\.in-addr\.arpa\. 30 IN PTR web\.default\.svc\.cluster\.local\.$/),
    );
    expect(lines.every((line) => line.startsWith('+ '))).toBe(true);
    expect(stage.edge.asked).toEqual(['stored']);
  });

  test('shows what differs from what is stored, then what changes', async () => {
    stage.addService('old');
    await publish();
    stage.cluster.store.delete('services', 'default', 'old');
    stage.addService('new');

    const { lines } = run();
    await stage.until(() => lines.length > 0);
    const signs = (name: string) => lines.filter((line) => line.includes(` ${name}.default.`)).map((line) => line[0]);
    expect(new Set(signs('old'))).toEqual(new Set(['-']));
    expect(new Set(signs('new'))).toEqual(new Set(['+']));
    expect(lines.some((line) => line.includes('kubernetes.default'))).toBe(false);
    const { length } = lines;
    await stage.clock.advance(minute);
    expect(lines).toHaveLength(length);
    stage.cluster.store.delete('services', 'default', 'new');
    await stage.until(() => lines.length > length, 50);
    expect(lines.slice(length).every((line) => line.startsWith('- '))).toBe(true);
    expect(stage.edge.manifests).toHaveLength(1);
  });

  /** Publishes as an agent that has ended. */
  async function publish(more: Partial<AgentOptions> = {}): Promise<void> {
    await stage.runUntilReady(more);
    stage.stop.abort();
    await stage.ended();
    stage.begin();
  }

  test('shows which zones go and come', async () => {
    const zones = (origins: [string, ...string[]], sets: string[], blocks: string[]): NameOptions => ({
      ...nameOptions,
      zoneOrigins: [parseName(origins[0]), ...origins.slice(1).map((origin) => parseName(origin))],
      clustersetOrigins: sets.map((origin) => parseName(origin)),
      reversePrefixes: blocks.map((block) => parsePrefix(block)!),
    });
    await publish({ names: zones(['cluster.local', 'old.example'], [], ['10.0.0.0/8', '192.168.0.0/16']) });
    const { lines, end } = run({
      once: true,
      names: zones(['cluster.local', 'new.example'], ['clusterset.local'], ['10.0.0.0/8', 'fd00::/8']),
    });
    await stage.until(() => lines.length > 0);
    await end;
    expect(lines.filter((line) => line.includes(' zone '))).toEqual([
      '- ; cluster zone old.example., as cluster.local.',
      '- ; reverse zone 192.168.0.0/16',
      '+ ; cluster zone new.example., as cluster.local.',
      '+ ; clusterset zone clusterset.local.',
      '+ ; reverse zone fd00::/8',
    ]);
  });

  test.for([
    ['would hold the change back', {}, 1],
    ['lets it pass, as it is told to', { guard: { ...defaultDeletionGuard, allowsDeletions: true } }, 0],
  ] as const)('says whether the deletion guard %s', async ([, more, count]) => {
    await publishMany();
    await stage.replaceCluster();
    const { lines, end } = run({ once: true, ...more });
    await stage.until(() => lines.length > 0);
    await end;
    expect(stage.warnings.filter((line) => line.includes('guard'))).toEqual(
      Array(count).fill(
        expect.stringMatching(/^the deletion guard would hold this back: \d+ of \d+ published names would vanish$/),
      ),
    );
  });

  test('asks an edge that is away until it answers', async () => {
    await publish();
    stage.edge.asked.length = 0;
    stage.edge.storedAnswer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined });
    stage.addService('new');
    const { lines, end } = run({ once: true });
    await stage.until(() => stage.edge.asked.length === 3, 100);
    expect(lines).toEqual([]);
    stage.edge.storedAnswer = undefined;
    await stage.until(() => lines.length > 0, 1000);
    await end;
    expect(lines.every((line) => line.includes('new.default'))).toBe(true);
    expect(stage.warnings).toEqual(['what is stored at the edge is not known yet: it is down; it is tried again']);
  });

  test.for([
    { kind: 'unsupported' },
    { kind: 'refused', reason: 'wrong key' },
    { kind: 'damaged', reason: 'it failed' },
  ] as const)('says when it cannot be known what is stored ($kind), and shows all', async (answer) => {
    stage.edge.storedAnswer = async () => answer;
    const { lines } = run();
    await stage.until(() => lines.length > 0);
    expect(stage.warnings).toEqual([expect.stringContaining('so all records are shown')]);
  });

  test('with --once, ends with an error when it cannot be known what is stored', async () => {
    stage.edge.storedAnswer = async () => ({ kind: 'refused', reason: 'wrong key' });
    const { lines, end } = run({ once: true });
    await stage.until(() => stage.clock.sleeping === 0, 50);
    await expect(end).rejects.toMatchObject({
      code: 'NOT_COMPARED',
      message: 'not compared with what is stored at the edge: wrong key',
    });
    expect(lines).toEqual([]);
  });

  test('with --once, ends with an error when it is told to end before', async () => {
    stage.edge.storedAnswer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined });
    const { end } = run({ once: true });
    await stage.until(() => stage.warnings.length > 0, 50);
    stage.stop.abort();
    await expect(end).rejects.toMatchObject({ code: 'NOT_COMPARED' });
  });

  test('ends with the error that keeps it from starting', async () => {
    stage.cluster.faults.initialEvents = 'refused';
    stage.cluster.faults.forbid('services', 'list');
    await expect(run().end).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
