/** A reader of Prometheus's text format (exposition format 0.0.4) that takes nothing else. */

export interface Family {
  readonly type: string;
  readonly help: string;
  /** By their name with their labels in order, such as `a_total{code="200"}`. */
  readonly samples: ReadonlyMap<string, number>;
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const commentLine = new RegExp(`^# (HELP|TYPE) (${name}) (.+)$`);
const sampleLine = new RegExp(String.raw`^(${name})(\{${label}(?:,${label})*\})? (\S+)$`);

/** Throws with the first line that is wrong. */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  let current = '';
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const comment = commentLine.exec(line);
    const sample = sampleLine.exec(line);
    if (comment !== null) {
      const [, kind, family = '', rest = ''] = comment;
      if (kind === 'HELP') {
        if (families.has(family)) throw new Error(`twice: ${line}`);
        families.set(family, { type: '', help: rest, samples: new Map() });
        current = family;
      } else {
        if (family !== current) throw new Error(`no HELP before: ${line}`);
        families.get(family)!.type = rest;
      }
    } else if (sample !== null) {
      const [, sampleName = '', labels = '', value = ''] = sample;
      const family = families.get(current);
      const suffix = sampleName.slice(current.length);
      const isOfFamily = sampleName.startsWith(current) && suffixes[family?.type ?? '']?.includes(suffix);
      const key = `${sampleName}${labels}`;
      if (family === undefined || !isOfFamily || family.samples.has(key)) throw new Error(`out of place: ${line}`);
      if (!/^[+-]?(Inf|\d+(\.\d+)?(e[+-]?\d+)?)$/.test(value)) throw new Error(`no number: ${line}`);
      family.samples.set(key, Number(value.replace('Inf', 'Infinity')));
    } else {
      throw new Error(`neither a comment nor a sample: ${line}`);
    }
  }
  return families;
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};
