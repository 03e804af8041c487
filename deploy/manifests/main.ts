/** Writes the plain manifests anew, with the Helm in PATH or in $HELM. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plainManifests } from './plain-manifests.ts';

const chart = fileURLToPath(new URL('../chart', import.meta.url));
const helm = process.env['HELM'] ?? 'helm';

const manifests = await plainManifests(async (...args) => execFileSync(helm, args, { encoding: 'utf8' }), chart);
for (const [name, text] of Object.entries(manifests)) writeFileSync(new URL(name, import.meta.url), text);
