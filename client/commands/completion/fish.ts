/** Completion for fish. Pure. */
import { actionPlaces, type Completed, commandNames, places } from './command-table.ts';
import { sourceCommands } from './sources.ts';

export function fishScript(): string {
  const complete = 'complete -c kube-doh';
  return `${[
    '# Completion of kube-doh for fish: kube-doh completion fish > ~/.config/fish/completions/kube-doh.fish',
    'function __kube_doh_at',
    '    set -l words (commandline -opc)',
    '    set -l place "$words[2]"',
    `    if contains -- "$words[2] $words[3]" ${actionPlaces.map(quoted).join(' ')}`,
    '        set place "$words[2] $words[3]"',
    '    end',
    '    test "$place" = "$argv[1]"',
    'end',
    `${complete} -f`,
    `${complete} -n 'test (count (commandline -opc)) -eq 1' -a ${quoted(commandNames.join(' '))}`,
    ...Object.entries(places).flatMap(([place, { flags, operands }]) => {
      const at = `${complete} -n "__kube_doh_at '${place}'"`;
      const own = argumentsOf(operands);
      return [
        ...(own === '' ? [] : [`${at} ${own}`]),
        ...Object.entries(flags).map(([name, value]) => `${at} -l ${name}${shortOf(value)}${takenBy(value)}`),
      ];
    }),
  ].join('\n')}\n`;
}

function shortOf(value: Completed | 'switch'): string {
  return value === 'switch' || value.short === undefined ? '' : ` -s ${value.short}`;
}

function takenBy(value: Completed | 'switch'): string {
  if (value === 'switch') return '';
  return value.from === 'files' ? ' -r -F' : ` -x ${argumentsOf(value)}`.trimEnd();
}

function argumentsOf({ from, words = [] }: Completed): string {
  if (from === 'files') return '-F';
  const looked = from === undefined ? [] : [`(${sourceCommands[from]} 2>/dev/null)`];
  const all = [...looked, ...words];
  return all.length === 0 ? '' : `-a ${quoted(all.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text}'`;
}
