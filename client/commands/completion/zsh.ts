/** Completion for zsh. Pure. */
import { actionPattern, caseLines, commandWords } from './cases.ts';
import { sourceCommands } from './sources.ts';

export function zshScript(): string {
  return `${[
    '#compdef kube-doh',
    '# Completion of kube-doh for zsh: source <(kube-doh completion zsh), or a file _kube-doh in a folder of $fpath.',
    '_kube_doh() {',
    `  local word=\${words[CURRENT]} before=\${words[CURRENT-1]} place=\${words[2]}`,
    '  local from= list= flags=',
    '  if (( CURRENT < 3 )); then',
    `    list='${commandWords}'`,
    '  else',
    '    if (( CURRENT > 3 )); then',
    `      case "$place \${words[3]}" in ${actionPattern}) place="$place \${words[3]}" ;; esac`,
    '    fi',
    ...caseLines().map((line) => `  ${line}`),
    '  fi',
    '  case "$from" in',
    ...Object.entries(sourceCommands).map(
      ([from, command]) => `    ${from}) list="$list $(${command} 2>/dev/null)" ;;`,
    ),
    '    files) _files ;;',
    '  esac',
    `  compadd -- \${=list}`,
    '}',
    `if [ "\${funcstack[1]}" = _kube-doh ]; then _kube_doh "$@"; else compdef _kube_doh kube-doh; fi`,
  ].join('\n')}\n`;
}
