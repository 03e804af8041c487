/** Fragments of Prometheus's configuration files. Pure. */
import { doubleQuoted } from '../quote.ts';
import type { Edge } from '../setup.ts';
import type { RelabelRule } from './rules.ts';
import { tokenFile } from './token-place.ts';

/** Each line of a fragment is set in by so many spaces. */
export function indented(spaces: number, lines: readonly string[]): string {
  return lines.map((line) => `${' '.repeat(spaces)}${line}`).join('\n');
}

/** Members of Prometheus's http_config: how the edge is asked. */
export function httpConfig({ hasToken, authorityFile }: Edge): readonly string[] {
  return [
    // Prometheus 2.42 leaves the type out in discovery, where none is given.
    ...(hasToken ? ['authorization:', '  type: Bearer', `  credentials_file: ${doubleQuoted(tokenFile)}`] : []),
    ...(authorityFile === undefined ? [] : ['tls_config:', `  ca_file: ${doubleQuoted(authorityFile)}`]),
    'follow_redirects: false',
  ];
}

/** Members of the list `relabel_configs`. */
export function relabelConfigs(rules: readonly RelabelRule[]): readonly string[] {
  return rules.flatMap(({ why, source, regex, target, replacement, action }) => {
    const members = [
      ...(source === undefined ? [] : [`source_labels: [${source}]`]),
      ...(regex === undefined ? [] : [`regex: ${doubleQuoted(regex)}`]),
      ...(target === undefined ? [] : [`target_label: ${target}`]),
      ...(replacement === undefined ? [] : [`replacement: ${doubleQuoted(replacement)}`]),
      ...(action === undefined ? [] : [`action: ${action}`]),
    ];
    const item = members.map((member, i) => `${i === 0 ? '-' : ' '} ${member}`);
    return why === undefined ? item : [`# ${why}`, ...item];
  });
}
