/** A failing history for people: what happens, what was asked, both answers, and how to see it again. Pure. */
import { stringify } from 'yaml';
import type { Fault } from './comparison.ts';
import type { History } from './history/history.ts';

const maxFaults = 5;

export interface Failure {
  readonly seed: number;
  readonly index: number;
  readonly history: History;
  readonly faults: readonly Fault[];
}

export function failureText({ seed, index, history, faults }: Failure): string {
  const more = faults.length > maxFaults ? [`… and ${faults.length - maxFaults} more`] : [];
  return [
    `history ${index} of seed ${seed}, as small as it was found:`,
    stringify(history, { aliasDuplicateObjects: false }).trimEnd(),
    '',
    ...faults.slice(0, maxFaults).flatMap(faultLines),
    ...more,
    `again: npm run fuzz:cluster -- --seed ${seed} --history ${index}`,
  ].join('\n');
}

function faultLines({ variation, question, kind, ours, coreDns, expected }: Fault): string[] {
  const whose = kind === 'model' ? 'CoreDNS, and the model of it is wrong' : 'this project';
  return [
    `${question.name} ${question.type} (${variation}), expected of ${whose}:`,
    indented(expected),
    '  this project:',
    indented(ours),
    '  CoreDNS:',
    indented(coreDns),
    '',
  ];
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
