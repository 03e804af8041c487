/** CoreDNS with the plugin "rewrite", on the control plane of the tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultCacheFolder } from '../control-plane/binaries.ts';
import { buildProgram, goModulesFolder } from '../control-plane/build.ts';
import { type Program, programs } from '../control-plane/versions.ts';
import { waitUntil } from '../control-plane/wait-until.ts';

const rewriting: Program = { ...programs.find(({ name }) => name === 'coredns')!, mainPackage: './rewriting' };

export interface RunningCoreDns {
  stop(): Promise<void>;
}

/** Resolves when it serves the Corefile. Rejects with what it prints when it ends instead. */
export async function startRewritingCoreDns(
  corefile: string,
  answers: () => Promise<boolean>,
  log: (line: string) => void,
): Promise<RunningCoreDns> {
  const child = spawn(await findOrBuild(log), ['-conf', corefile], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ready = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`CoreDNS ended: ${output}`);
    return answers();
  };
  try {
    await waitUntil('CoreDNS to answer', ready, { timeoutSeconds: 20 });
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || !child.kill('SIGKILL')) return;
  await once(child, 'exit');
}

async function findOrBuild(log: (line: string) => void): Promise<string> {
  const files = ['coredns/go.mod', 'coredns/rewriting/main.go'].map((file) =>
    readFile(join(goModulesFolder, file), 'utf8'),
  );
  const facts = [rewriting, ...(await Promise.all(files)), process.platform, process.arch];
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  const cache = process.env['KUBE_DOH_CACHE'];
  const folder = join(cache ? resolve(cache) : defaultCacheFolder, 'rewriting', key, 'bin');
  const path = join(folder, rewriting.name);
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    log(`building CoreDNS ${rewriting.version} with rewriting into ${folder}, once: a minute`);
    return buildProgram(rewriting, folder);
  }
}
