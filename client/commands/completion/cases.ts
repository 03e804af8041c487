/** What the scripts of bash and zsh have in common: the table as `case` statements, which set `from` and `list`. Pure. */
import { actionPlaces, type Completed, commandNames, type Place, places } from './command-table.ts';

/** The lines of a function's body that knows `place`, the words before the cursor, and `before`, the last of them. */
export function caseLines(): readonly string[] {
  const all = Object.entries(places);
  return [
    '  case "$place $before" in',
    ...all.flatMap(([place, { flags }]) => flagArms(place, flags)),
    '    *)',
    '      case "$place" in',
    ...all.map(
      ([place, { flags, operands }]) =>
        `        ${quoted(place)}) flags=${quoted(flagWords(flags))} ${set(operands)} ;;`,
    ),
    '      esac',
    '      case "$word" in -*) from= list=$flags ;; esac ;;',
    '  esac',
  ];
}

/** A pattern for all places of actions. */
export const actionPattern: string = actionPlaces.map(quoted).join('|');
export const commandWords: string = commandNames.join(' ');

/** Flags that take a value, those with the same values together. */
function flagArms(place: string, flags: Place['flags']): readonly string[] {
  const arms = new Map<string, string[]>();
  for (const [name, completed] of Object.entries(flags)) {
    if (completed === 'switch') continue;
    const value = set(completed);
    const spelled = [`--${name}`, ...(completed.short === undefined ? [] : [`-${completed.short}`])];
    arms.set(value, [...(arms.get(value) ?? []), ...spelled.map((flag) => quoted(`${place} ${flag}`))]);
  }
  return [...arms].map(([value, patterns]) => `    ${patterns.join('|')}) ${value} ;;`);
}

function set({ from, words = [] }: Completed): string {
  return `from=${from ?? ''} list=${quoted(words.join(' '))}`;
}

function flagWords(flags: Place['flags']): string {
  return Object.keys(flags)
    .map((name) => `--${name}`)
    .join(' ');
}

/** For a shell that is like sh; the words of the table hold no quotes. */
function quoted(text: string): string {
  return `'${text}'`;
}
