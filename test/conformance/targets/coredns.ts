/** CoreDNS with zone files, built like the control plane's, from the same release. */
import { createHash } from 'node:crypto';
import { access, constants, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultCacheFolder } from '../../cluster/control-plane/binaries.ts';
import { buildProgram, goModulesFolder } from '../../cluster/control-plane/build.ts';
import { type Program, programs } from '../../cluster/control-plane/versions.ts';
import { type ServerProgram, type Site, startServer } from './server-process.ts';
import type { Target } from './target.ts';

/** The control plane's has no plugin for zone files. */
const withZoneFiles: Program = { ...programs.find(({ name }) => name === 'coredns')!, mainPackage: './zone-file' };

/** Builds it once a machine; `log` gets a line then. */
export async function startCoreDns(log: (line: string) => void): Promise<Target> {
  const executable = await findOrBuild(log);
  return startServer({ ...program, executable, description: `CoreDNS ${withZoneFiles.version.slice(1)}` });
}

async function findOrBuild(log: (line: string) => void): Promise<string> {
  const files = ['coredns/go.mod', 'coredns/zone-file/main.go'].map((file) =>
    readFile(join(goModulesFolder, file), 'utf8'),
  );
  const facts = [withZoneFiles, ...(await Promise.all(files)), process.platform, process.arch];
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  const cache = process.env['KUBE_DOH_CACHE'];
  const folder = join(cache ? resolve(cache) : defaultCacheFolder, 'conformance', key, 'bin');
  const path = join(folder, withZoneFiles.name);
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    log(`building CoreDNS ${withZoneFiles.version} with zone files into ${folder}, once: a minute`);
    return buildProgram(withZoneFiles, folder);
  }
}

const program: Omit<ServerProgram, 'executable' | 'description'> = {
  name: 'coredns',
  parentDirectory: tmpdir(),
  configure: (site, write) => ['-conf', write('Corefile', corefile(site))],
};

function corefile({ port, certificate, privateKey, zones }: Site): string {
  return `https://.:${port} {
  bind 127.0.0.1
  tls ${JSON.stringify(certificate)} ${JSON.stringify(privateKey)}
${zones.map(({ origin, file }) => `  file ${JSON.stringify(file)} ${origin}`).join('\n')}
}
`;
}
