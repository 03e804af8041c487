/**
 * What the one script is made of, for scanners that look for known weaknesses: in a bundle they find no packages themselves.
 * CycloneDX 1.6 in JSON. The same build gives the same octets, so there is neither a time nor a random serial number in it.
 */
import type { SourcePackage } from '../source-package.ts';
import type { BundledPackage } from './bundled-packages.ts';

/** Pure. */
export function cycloneDx({ name, version, description, license }: SourcePackage, parts: readonly BundledPackage[]) {
  const root = packageUrl(name, version);
  const components = parts.map(component);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': root,
        name,
        version,
        description,
        purl: root,
        licenses: [{ expression: license }],
      },
    },
    components,
    dependencies: [{ ref: root, dependsOn: components.map((each) => each['bom-ref']) }],
  };
}

function component({ name, version, license, integrity }: BundledPackage) {
  const purl = packageUrl(name, version);
  const [scope, scopedName] = name.startsWith('@') ? name.split('/') : [];
  return {
    type: 'library',
    'bom-ref': purl,
    ...(scope === undefined ? {} : { group: scope }),
    name: scopedName ?? name,
    version,
    purl,
    licenses: [{ expression: license }],
    hashes: [{ alg: 'SHA-512', content: sha512Of(integrity) }],
  };
}

/** The purl specification's type "npm": the at sign of a scope is escaped. */
function packageUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** In hexadecimal. npm's registry has given no other hash for years. */
function sha512Of(integrity: string): string {
  const [, base64] = /^sha512-(.+)$/.exec(integrity) ?? [];
  if (base64 === undefined) throw new Error(`package-lock.json has an integrity that is no SHA-512: ${integrity}`);
  return Buffer.from(base64, 'base64').toString('hex');
}
