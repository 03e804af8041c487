/** Completion for PowerShell, from 5.1 on. Pure. */
import { type Completed, commandNames, type Place, places } from './command-table.ts';
import { sourceCommands } from './sources.ts';

export function powershellScript(): string {
  return `${[
    '# Completion of kube-doh for PowerShell: kube-doh completion powershell | Out-String | Invoke-Expression',
    "Register-ArgumentCompleter -Native -CommandName 'kube-doh' -ScriptBlock {",
    '  param($word, $ast, $position)',
    '  $places = @{',
    ...Object.entries(places).map(([place, entry]) => `    '${place}' = ${placeTable(entry)}`),
    '  }',
    '  $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.Extent.Text })',
    '  if ($words.Count -lt 2) {',
    `    $found = @{ From = ''; Words = ${listOf(commandNames)} }`,
    '  } else {',
    '    $place = $words[1]',
    '    if ($words.Count -gt 2 -and $places.ContainsKey("$place $($words[2])")) { $place = "$place $($words[2])" }',
    '    $known = $places[$place]',
    '    if ($null -eq $known) { return }',
    '    if ($known.Flags.ContainsKey($words[-1])) { $found = $known.Flags[$words[-1]] }',
    "    elseif ($word -like '-*') { $found = @{ From = ''; Words = $known.Names } }",
    '    else { $found = $known.Operands }',
    '  }',
    '  $all = @($found.Words)',
    '  switch ($found.From) {',
    ...Object.entries(sourceCommands).map(([from, command]) => `    '${from}' { $all += @(${command} 2>$null) }`),
    '  }',
    '  $all | Where-Object { $_ -and $_.StartsWith($word) } | ForEach-Object {',
    "    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)",
    '  }',
    '}',
  ].join('\n')}\n`;
}

/** Files are what PowerShell completes where it is told nothing. */
function placeTable({ flags, operands }: Place): string {
  const names = Object.keys(flags).map((name) => `--${name}`);
  const valued = Object.entries(flags).flatMap(([name, value]) =>
    value === 'switch' ? [] : spelled(name, value).map((flag) => `'${flag}' = ${completedTable(value)}`),
  );
  const entries = [
    `Names = ${listOf(names)}`,
    `Flags = @{ ${valued.join('; ')} }`,
    `Operands = ${completedTable(operands)}`,
  ];
  return `@{ ${entries.join('; ')} }`;
}

function spelled(name: string, { short }: Completed): readonly string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

function completedTable({ from, words = [] }: Completed): string {
  return `@{ From = '${from ?? ''}'; Words = ${listOf(words)} }`;
}

function listOf(words: readonly string[]): string {
  return `@(${words.map((word) => `'${word}'`).join(', ')})`;
}
