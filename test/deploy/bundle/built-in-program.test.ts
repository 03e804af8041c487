/** The shipped command has what workerd runs built in: what is deployed, and nothing that could build it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundleCommand } from '../../../deploy/bundle/bundle.ts';
import { loadProgram } from '../../../edge/program/program.ts';
import { runFiles } from '../../../edge/workerd/configuration.ts';
import { EdgeProcess } from '../../edge/survival/edge-process.ts';
import { workerd } from '../../edge/workerd/here.ts';

test('kube-doh edge runs it, octet for octet, where no sources are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-shipped-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'kube-doh.mjs');
  const script = await bundleCommand();
  writeFileSync(path, script);
  const edge = new EdgeProcess(folder, ['--workerd', workerd], path);
  onTestFinished(() => edge.remove());
  const { url } = await edge.start();
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');

  const [run] = readdirSync(edge.data).filter((name) => name.startsWith('run-'));
  const read = (name: string): string => readFileSync(join(edge.data, run!, name), 'utf8');
  const { worker, bindings, compatibilityDate } = await loadProgram();
  expect(read(runFiles.worker) === worker).toBe(true);
  expect([read(runFiles.rateLimit), read(runFiles.meter)]).toEqual([bindings.rateLimit, bindings.meter]);
  expect(read(runFiles.configuration)).toContain(`compatibilityDate = "${compatibilityDate}"`);
  expect(script.includes('the Worker does not build')).toBe(false);
});
