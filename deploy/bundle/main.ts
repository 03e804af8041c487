/** `npm run build`: writes the command as one script, dist/kube-doh.mjs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './bundle.ts';

const path = fileURLToPath(new URL('../../dist/kube-doh.mjs', import.meta.url));

try {
  const text = await bundleCommand();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  process.stdout.write(`${path}: ${(text.length / 1024).toFixed(0)} KiB\n`);
} catch (error) {
  process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
