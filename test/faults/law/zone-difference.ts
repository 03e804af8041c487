/** In which lines two images differ as zone text, for whoever reads a failure. Pure. */
import { dumpImage } from '../../../zone/dump.ts';

/** `- LINE` is published and should not be, `+ LINE` should be; empty when both say the same. */
export function zoneDifference(published: Uint8Array | undefined, wanted: Uint8Array): readonly string[] {
  if (published === undefined) return ['nothing is published'];
  const [before, after] = [published, wanted].map(linesOf) as [ReadonlySet<string>, ReadonlySet<string>];
  return [
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}

function linesOf(image: Uint8Array): ReadonlySet<string> {
  return new Set(dumpImage(image).split('\n'));
}
