/** Publishing once, and showing what would be published. */
import { describe, expect, test } from 'vitest';
import { type DryRunOptions, dryRun } from '../../sync-agent/dry-run.ts';
import { minute, names, useStage } from './agent-stage.ts';

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
      message: expect.stringMatching(
        /^not published: \d+ of \d+ published names would vanish at once; .*--allow-deletions$/,
      ),
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
    await stage.runUntilReady();
    stage.stop.abort();
    await stage.ended();
    stage.begin();
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

  test.for([
    { kind: 'unsupported' },
    { kind: 'refused', reason: 'wrong key' },
    { kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined },
  ] as const)('says when it cannot be known what is stored ($kind), and shows all', async (answer) => {
    stage.edge.storedAnswer = async () => answer;
    const { lines, end } = run({ once: true });
    await stage.until(() => lines.length > 0);
    await end;
    expect(stage.warnings).toEqual([expect.stringContaining('so all records are shown')]);
  });

  test('ends with the error that keeps it from starting', async () => {
    stage.cluster.faults.initialEvents = 'refused';
    stage.cluster.faults.forbid('services', 'list');
    await expect(run().end).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
