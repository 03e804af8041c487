/** docs/remarks.md says what the code does: its tables are compared with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, signatureHeader } from '../../zone/manifest.ts';
import { formatRemarkLine } from '../../zone/remarks/format.ts';
import { fillIn, type NameRemarks } from '../../zone/remarks/remarks.ts';
import {
  formatSupplementManifest,
  parseSupplementManifest,
  type SupplementManifest,
  supplementFormat,
  supplementSignedOctets,
} from '../../zone/supplement/manifest.ts';
import {
  maxLineOctets,
  supplementContentType,
  supplementLimits,
  supplementPath,
} from '../../zone/supplement/supplement.ts';
import { setUps } from '../sync-agent/remarks/set-ups.ts';

const markdown = readFileSync(new URL('../../docs/remarks.md', import.meta.url), 'utf8');
const prose = markdown.replace(/\s+/g, ' ');

test('where they are sent, and how', () => {
  expect(markdown).toContain(`    PUT ${supplementPath('<cluster>' as ClusterId, 'remarks')}\n`);
  expect(markdown).toContain(`    ${String.fromCharCode(...supplementSignedOctets('remarks', '')).trim()}\n`);
  for (const word of [manifestHeader, signatureHeader, supplementContentType('remarks')])
    expect(prose).toContain(`\`${word}\``);
});

test('the manifest', () => {
  const manifest: SupplementManifest = {
    format: supplementFormat,
    cluster: 'x' as ClusterId,
    generatedAt: 1,
    length: 2,
    sha256: '0'.repeat(64),
  };
  const text = formatSupplementManifest(manifest);
  const fields = table('field', 'value');
  expect(fields.map(([field]) => field)).toEqual(Object.keys(JSON.parse(text)));
  expect(fields[0]![1]).toBe(String(supplementFormat));
  const most = Number(/at most (\d+) octets as it is sent/.exec(prose)?.[1]);
  expect(parseSupplementManifest(text.padEnd(most))).toEqual(manifest);
  expect(parseSupplementManifest(text.padEnd(most + 1))).toBeUndefined();
});

test('a line, and a remark', () => {
  const remark = { code: 'X1', cause: 'It is so.', next: 'Do this.' };
  const whole: Required<NameRemarks> = {
    name: 'svc',
    at: remark,
    below: remark,
    service: remark,
    names: { x: remark },
  };
  const [line, remarks] = tables('member', 'value');
  expect(line!.map(([member]) => member)).toEqual(Object.keys(JSON.parse(formatRemarkLine(whole)!)));
  expect(remarks!.map(([member]) => member)).toEqual(Object.keys(remark));
  for (const [placeholder] of prose.matchAll(/\{(zone|label|child)\}/g)) {
    expect(fillIn(placeholder, 'cluster.local', 'a.b')).not.toContain('{');
  }
});

test('the limits', () => {
  const limits = { maxLineOctets, ...supplementLimits.remarks };
  expect(table('limit', 'value')).toEqual(Object.entries(limits).map(([name, value]) => [name, String(value)]));
});

test('the codes', () => {
  const folder = new URL('../../sync-agent/remarks/', import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const written = sources.flatMap((source) => [...source.matchAll(/code: '([A-Z_]+)'/g)].map((match) => match[1]!));
  const codes = table('code', 'why there are no records').map(([code]) => code!);
  expect([...codes].sort()).toEqual([...new Set(written)].sort());
  expect([...new Set(setUps.map(({ code }) => code))].sort()).toEqual([...codes].sort());
});

/** The rows of the table with these columns; marks of code are taken away. */
function table(...columns: readonly string[]): string[][] {
  const [first] = tables(...columns);
  return first!;
}

function tables(...columns: readonly string[]): string[][][] {
  const head = `| ${columns.join(' | ')} |\n`;
  return markdown
    .split(head)
    .slice(1)
    .map((text) => {
      const lines = text.split('\n');
      const rows = lines.slice(
        1,
        lines.findIndex((line) => !line.startsWith('|')),
      );
      return rows.map((row) =>
        row
          .slice(2, -2)
          .split(' | ')
          .map((cell) => cell.replaceAll('`', '')),
      );
    });
}
