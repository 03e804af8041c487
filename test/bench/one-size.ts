/**
 * Measures one size in a process of its own, so that its first run is a first run and it shares no heap with another.
 * Takes the number of the size as its argument and sends the figures to the parent process.
 */
import { syntheticCluster } from './cluster.ts';
import type { Figures } from './figures.ts';
import { measureFirstQuestions } from './first-questions.ts';
import { measureHeap, measureLoading } from './loading.ts';
import { measureChanges, measureComputing } from './publishing.ts';
import { askAll, measureQuestions } from './questioning.ts';
import { questionKinds } from './questions.ts';
import { type Size, sizes } from './sizes.ts';
import { snapshotOptions as options } from './snapshot-options.ts';
import { startWorkerd } from './workerd.ts';

// By `exit` and not by the signal itself, so that workerd ends too. Without the channel nobody wants the figures.
for (const ending of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(ending, () => process.exit(1));
process.send!(await measure(sizes[Number(process.argv[2])]!), () => process.exit());

async function measure(size: Size): Promise<Figures> {
  const cluster = syntheticCluster(size);
  const { figures: compute, value, image } = await measureComputing(cluster, options);
  const change = await measureChanges(cluster, options);
  const kinds = questionKinds(cluster, options.zoneOrigins[0]);
  const workerd = await startWorkerd({ inspect: false });
  try {
    const load = await measureLoading(workerd, value, image);
    const questions = await measureQuestions(kinds, workerd, value, image);
    const heap = await measureHeap(value, image, (other) => askAll(kinds, other));
    const firstQuestions = await measureFirstQuestions(value, kinds[0]!.messages);
    return {
      value: { rawOctets: image.length, compressedOctets: value.body.length },
      compute,
      change,
      load,
      heap,
      questions,
      firstQuestions,
    };
  } finally {
    await workerd.stop();
  }
}
