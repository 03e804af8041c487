/** docs/install.md as its reader takes it: the blocks of commands, each with where it stands and what is said about it. Pure. */

export interface Block {
  /** The step, such as `3. Register the cluster`. */
  readonly step: string;
  /** Below the step, such as `2b. On a machine of yours`; empty for what everybody does. */
  readonly part: string;
  /** One or more lines of a shell. */
  readonly commands: string;
  /** The paragraph that follows. */
  readonly after: string;
}

/** Which of the ways that the page offers is taken. */
export interface Way {
  readonly agent: '4a' | '4b' | '4c';
  readonly hasOwnAuthority: boolean;
}

export function blocksIn(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let [step, part] = ['', ''];
  const paragraphs = markdown.split(/\n{2,}/);
  for (const [i, paragraph] of paragraphs.entries()) {
    const [, marks, title = ''] = /^(##+) (.+)$/.exec(paragraph) ?? [];
    if (marks === '##') [step, part] = [title, ''];
    if (marks === '###') part = title;
    if (!paragraph.startsWith('    ')) continue;
    const commands = paragraph.trimEnd().replace(/^ {4}/gm, '');
    blocks.push({ step, part, commands, after: paragraphs[i + 1] ?? '' });
  }
  return blocks;
}

/** In the order of the page, without what needs an account. */
export function blocksOf(blocks: readonly Block[], way: Way): readonly Block[] {
  return blocks.filter(({ step, part }) => {
    if (part.includes('(account)')) return false;
    if (part === 'An authority of your own') return way.hasOwnAuthority;
    const [, agent] = /\b(4[abc])\b/.exec(step === 'Upgrade' ? '4a' : part) ?? [];
    return agent === undefined || agent === way.agent;
  });
}

/** What has to be seen after a block under `It worked when`: the first word that is marked as code. */
export function promiseOf({ part, after }: Block): string | undefined {
  return part === 'It worked when' ? /^(?:says|shows the cluster as) `(\w+)`/.exec(after)?.[1] : undefined;
}
