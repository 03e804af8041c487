/** Writes the folder that is the npm package: the one script, and what belongs beside it when it is handed on. */
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildCommand } from '../bundle/bundle.ts';
import { root, sourcePackage } from '../source-package.ts';
import { bundledPackages } from './bundled-packages.ts';
import { licenseTexts } from './license-texts.ts';
import { packageManifest } from './manifest.ts';
import { cycloneDx } from './sbom.ts';

const readme = fileURLToPath(new URL('./README.md', import.meta.url));

/** What was in `folder` before is removed. Throws an error of one line when the sources do not build. */
export async function writePackage(folder: string, repository: URL | undefined): Promise<void> {
  const source = sourcePackage();
  const { script, files } = await buildCommand();
  const packages = bundledPackages(files);
  const texts: Readonly<Record<string, string>> = {
    'kube-doh.mjs': script,
    'package.json': json(packageManifest(source, repository)),
    'sbom.cdx.json': json(cycloneDx(source, packages)),
    'THIRD-PARTY-LICENSES.txt': licenseTexts(packages),
  };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeFileSync(`${folder}/${name}`, text);
  chmodSync(`${folder}/kube-doh.mjs`, 0o755);
  copyFileSync(`${root}LICENSE`, `${folder}/LICENSE`);
  copyFileSync(readme, `${folder}/README.md`);
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
