/** Completion for bash, from 3.2 on. Pure. */
import { actionPattern, caseLines, commandWords } from './cases.ts';
import { sourceCommands } from './sources.ts';

export function bashScript(): string {
  return `${[
    '# Completion of kube-doh for bash: source <(kube-doh completion bash)',
    '_kube_doh() {',
    `  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} place=\${COMP_WORDS[1]}`,
    '  local from= list= flags= each',
    '  COMPREPLY=()',
    '  if ((COMP_CWORD < 2)); then',
    `    list='${commandWords}'`,
    '  else',
    '    if ((COMP_CWORD > 2)); then',
    `      case "$place \${COMP_WORDS[2]}" in ${actionPattern}) place="$place \${COMP_WORDS[2]}" ;; esac`,
    '    fi',
    ...caseLines().map((line) => `  ${line}`),
    '  fi',
    '  case "$from" in',
    ...Object.entries(sourceCommands).map(
      ([from, command]) => `    ${from}) list="$list $(${command} 2>/dev/null)" ;;`,
    ),
    '    files)',
    '      compopt -o filenames 2>/dev/null',
    '      while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -f -- "$word")',
    '      return ;;',
    '  esac',
    // Not compgen -W, which runs what stands in its words.
    '  while IFS= read -r each; do',
    '    case "$each" in "$word"?* | "$word") [ -n "$each" ] && COMPREPLY+=("$each") ;; esac',
    "  done < <(printf '%s\\n' \"$list\" | tr -s ' ' '\\n')",
    '}',
    'complete -F _kube_doh kube-doh',
  ].join('\n')}\n`;
}
