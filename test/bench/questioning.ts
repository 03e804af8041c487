/** What a question costs, in Node and in workerd, found in the image alone and answered whole. */
import { openImage } from '../../zone/image/open.ts';
import { parseManifest } from '../../zone/manifest.ts';
import { answerTo, askInTurn, asks, type Extent, type LiveServed, serve } from './asking.ts';
import type { QuestionFigures, QuestionTimes } from './figures.ts';
import type { PublishedValue } from './publishing.ts';
import type { QuestionKind } from './questions.ts';
import { median } from './statistics.ts';
import { timed, timedIn } from './time.ts';
import type { Workerd } from './workerd.ts';

const extents = ['lookup', 'answer'] as const;
const warmUpQuestions = 4096;
const rounds = 9;
/** Long against what it costs to ask for a round. */
const roundMilliseconds = 20;

/** The Worker has loaded the value. */
export async function measureQuestions(
  kinds: readonly QuestionKind[],
  workerd: Workerd,
  value: PublishedValue,
  image: Uint8Array,
): Promise<QuestionFigures[]> {
  const served = serve(openImage(image), parseManifest(value.given.manifest)!);
  for (const kind of kinds) checkAnswers(kind, served);
  // Both runtimes compile for what they have seen, so each sees everything first, as in use.
  for (const { messages } of kinds) {
    for (const extent of extents) askInTurn(asks(extent, served, messages), warmUpQuestions);
  }
  await askAll(kinds, workerd);
  const figures: QuestionFigures[] = [];
  for (const kind of kinds) {
    const node = await bothExtents((extent) => microsecondsInNode(kind, extent, served));
    figures.push({
      kind: kind.name,
      node,
      workerd: await bothExtents((extent) => microsecondsIn(workerd, kind, extent)),
    });
  }
  return figures;
}

/** Asks all kinds in workerd, without measuring. */
export async function askAll(kinds: readonly QuestionKind[], workerd: Workerd): Promise<void> {
  for (const { messages } of kinds) {
    for (const extent of extents) {
      await giveQuestions(workerd, messages, extent);
      await workerd.request(`ask?times=${warmUpQuestions}`);
    }
  }
}

async function bothExtents(measure: (extent: Extent) => Promise<number>): Promise<QuestionTimes> {
  return { lookupMicroseconds: await measure('lookup'), answerMicroseconds: await measure('answer') };
}

async function microsecondsInNode({ messages }: QuestionKind, extent: Extent, served: LiveServed): Promise<number> {
  const all = asks(extent, served, messages);
  return microsecondsEach((times) => timed(() => askInTurn(all, times)));
}

async function microsecondsIn(workerd: Workerd, { messages }: QuestionKind, extent: Extent): Promise<number> {
  await giveQuestions(workerd, messages, extent);
  return microsecondsEach((times) => timedIn(workerd.processId, () => workerd.request(`ask?times=${times}`)));
}

async function giveQuestions(workerd: Workerd, messages: readonly Uint8Array[], extent: Extent): Promise<void> {
  const texts = messages.map((message) => Buffer.from(message).toString('hex'));
  await workerd.request(`questions?extent=${extent}`, JSON.stringify(texts));
}

/** Finds how many fill a round, which also warms up; then the median of several rounds. */
async function microsecondsEach(round: (times: number) => Promise<number>): Promise<number> {
  let times = 256;
  let milliseconds = await round(times);
  while (milliseconds < roundMilliseconds) {
    times *= 2;
    milliseconds = await round(times);
  }
  const samples: number[] = [];
  for (let i = 0; i < rounds; i += 1) samples.push(((await round(times)) * 1000) / times);
  return median(samples);
}

function checkAnswers({ name, messages, expected }: QuestionKind, served: LiveServed): void {
  for (const message of messages) {
    const octets = answerTo(message, served);
    const rcode = octets[3]! & 0x0f;
    const answers = octets[6]! * 256 + octets[7]!;
    if (rcode !== expected.rcode || answers > 0 !== expected.hasAnswers) {
      throw new Error(`a question of the kind "${name}" was answered with RCODE ${rcode} and ${answers} records`);
    }
  }
}
