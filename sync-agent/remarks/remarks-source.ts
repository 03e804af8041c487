/** Remarks as a supplement. */
import { formatRemarkLine, type Level, levels } from '../../zone/remarks/format.ts';
import type { NameRemarks } from '../../zone/remarks/remarks.ts';
import type { SupplementForms, SupplementLine, SupplementSource } from '../supplements/source.ts';
import { remarksOf } from './cluster-remarks.ts';

export const remarksSource: SupplementSource = {
  kind: 'remarks',
  intervalMilliseconds: 30_000,
  // The edge forgets them after a day.
  heartbeatMilliseconds: 6 * 60 * 60 * 1000,
  // Of remarks nothing depends on being of one moment: they are made of what there is when their turn has come.
  take: (view, options) => remarkForms(() => remarksOf(view, options)),
};

/** Without the least important parts where all of them are too much. */
export function remarkForms(remarks: () => Iterable<NameRemarks>): SupplementForms {
  const [most, ...others] = levels;
  return [() => linesAt(most, remarks()), ...others.map((level) => () => linesAt(level, remarks()))];
}

function* linesAt(level: Level, remarks: Iterable<NameRemarks>): Generator<SupplementLine, void, undefined> {
  for (const remark of remarks) {
    const text = formatRemarkLine(remark, level);
    if (text !== undefined) yield { name: remark.name, text };
  }
}
