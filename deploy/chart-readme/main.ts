/** Writes the table of values in the chart's README anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withValues } from './readme.ts';

const chart = fileURLToPath(new URL('../chart', import.meta.url));
const path = `${chart}/README.md`;

writeFileSync(path, withValues(readFileSync(path, 'utf8'), readFileSync(`${chart}/values.yaml`, 'utf8')));
