/** The chart's files that say something without Helm. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export function chartFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../deploy/chart/${name}`, import.meta.url)), 'utf8');
}

/** As in a JSON schema, what is used here of it. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
}

export const schema = JSON.parse(chartFile('values.schema.json')) as Schema;

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const alerts: readonly Rule[] = (
  parse(chartFile('files/alerts.yaml')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
).groups.flatMap(({ rules }) => rules);

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export const panels = (JSON.parse(chartFile('files/dashboard.json')) as { readonly panels: readonly Panel[] }).panels;
