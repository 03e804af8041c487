/** What it means that a machine does not find the name outside of the zones to which an alias leads. Pure. */
import type { SystemAnswer } from './here.ts';
import { type Judgement, judged } from './machine-cause.ts';

/** `name` and `target` without a final dot. */
export function judgeTarget(
  { name, target }: { readonly name: string; readonly target: string },
  answer: Exclude<SystemAnswer, { kind: 'addresses' }>,
): Judgement {
  const what = answer.kind === 'none' ? `does not find ${target}` : `gets no answer for ${target} (${answer.code})`;
  return judged(
    { step: 'resolver', ok: false, text: `this machine ${what}` },
    {
      code: 'TARGET_NOT_FOUND',
      text: `This machine does not find ${target}, of which ${name} is an alias (ExternalName).`,
      next: `See whether ${target} exists, and correct the externalName of the Service if it does not.`,
    },
  );
}
