/** CoreDNS that tells its metrics, built once a machine: the control plane's does not. */
import { createHash } from 'node:crypto';
import { access, constants, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultCacheFolder } from '../../cluster/control-plane/binaries.ts';
import { buildProgram, goModulesFolder } from '../../cluster/control-plane/build.ts';
import { type Program, programs } from '../../cluster/control-plane/versions.ts';

const metered: Program = { ...programs.find(({ name }) => name === 'coredns')!, mainPackage: './metered' };

/** The path of the executable; `log` gets a line when it is built. */
export async function meteredCoreDns(log: (line: string) => void): Promise<string> {
  const files = ['coredns/go.mod', 'coredns/metered/main.go'].map((file) =>
    readFile(join(goModulesFolder, file), 'utf8'),
  );
  const facts = [metered, ...(await Promise.all(files)), process.platform, process.arch];
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  const cache = process.env['KUBE_DOH_CACHE'];
  const folder = join(cache ? resolve(cache) : defaultCacheFolder, 'bench', key, 'bin');
  const path = join(folder, metered.name);
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    log(`building CoreDNS ${metered.version} with metrics into ${folder}, once: a minute`);
    return buildProgram(metered, folder);
  }
}
