/** The package.json of the npm package: of the repository's what counts for those who only use the command. Pure. */
import { leastNode } from '../bundle/opening.ts';
import type { SourcePackage } from '../source-package.ts';

/** Beside these npm always packs package.json, README.md and LICENSE. */
const packedFiles = ['kube-doh.mjs', 'THIRD-PARTY-LICENSES.txt', 'sbom.cdx.json'] as const;

/** `repository`: an HTTPS URL. npm's provenance holds only for a package that names the repository it is built in. */
export function packageManifest({ name, version, description, license }: SourcePackage, repository: URL | undefined) {
  return {
    name,
    version,
    description,
    keywords: ['kubernetes', 'dns', 'doh', 'dns-over-https', 'cluster.local', 'resolver'],
    license,
    ...(repository === undefined ? {} : { repository: { type: 'git', url: `git+${repository.href}.git` } }),
    type: 'module',
    bin: { [name]: './kube-doh.mjs' },
    files: packedFiles,
    engines: { node: `>=${leastNode}` },
    // Only CI can say where it built something: a publish from anywhere else fails.
    publishConfig: { access: 'public', provenance: true },
  };
}
