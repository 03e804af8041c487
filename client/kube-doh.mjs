#!/usr/bin/env node
/**
 * `kube-doh` on the Node that the machine has, from 20 on: sees to the packages as every npm script does, then hands over
 * to the Node that came with them, which runs TypeScript.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import '../install.mjs';

/** The first major version that runs the sources as they are. */
const ownMajor = 24;

if (Number(process.versions.node.split('.')[0]) >= ownMajor) {
  await import('./start.mjs');
} else {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  const start = fileURLToPath(new URL('./start.mjs', import.meta.url));
  const child = spawn(node, [start, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
