import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkRelease, type Sources } from '../../../deploy/release/check-release.ts';
import { root, sourcePackage } from '../../../deploy/source-package.ts';

const sources: Sources = {
  manifest: '{ "version": "1.4.0" }',
  chart: 'name: kube-doh\nversion: 1.4.0\nappVersion: "1.4.0"\n',
  manifests: 'containers:\n  - image: "ghcr.io/o/kube-doh:1.4.0"\n',
  template: '{ "dependencies": { "kube-doh": "1.4.0" } }',
  changelog: [
    '# Changelog',
    '## [Unreleased]',
    '## [1.4.0] - 2026-12-01',
    '### Added\n\n- this',
    '## [1.3.0] - 2026-11-01',
    '- that',
  ].join('\n\n'),
};

test('what is new is told', () => {
  expect(checkRelease('v1.4.0', sources)).toEqual({ verdict: 'good', notes: '### Added\n\n- this' });
});

test('a version before a release is one too', () => {
  const candidate = Object.fromEntries(
    Object.entries(sources).map(([name, text]) => [name, text.replaceAll('1.4.0', '1.4.0-rc.1')]),
  ) as unknown as Sources;
  expect(checkRelease('v1.4.0-rc.1', candidate)).toMatchObject({ verdict: 'good' });
});

const noNotes = 'CHANGELOG.md has no section "## [1.4.0] - YYYY-MM-DD" with something in it';

test.for<[string, string, Partial<Sources>, readonly string[]]>([
  ['1.4.0', 'a tag without v', {}, ['the tag 1.4.0 is no version such as v1.4.0']],
  ['v1.4', 'two numbers', {}, ['the tag v1.4 is no version such as v1.4.0']],
  ['v1.04.0', 'a zero in front', {}, ['the tag v1.04.0 is no version such as v1.4.0']],
  [
    'v1.4.0',
    'another version',
    { manifest: '{ "version": "1.3.9" }' },
    ['the tag is v1.4.0, and the version in package.json is 1.3.9'],
  ],
  [
    'v1.4.0',
    'a chart that was forgotten',
    { chart: 'version: 1.3.0\nappVersion: 1.3.0\n' },
    [
      'the tag is v1.4.0, and the version in deploy/chart/Chart.yaml is 1.3.0',
      'the tag is v1.4.0, and the appVersion in deploy/chart/Chart.yaml is 1.3.0',
    ],
  ],
  [
    'v1.4.0',
    'manifests with another image',
    { manifests: 'image: ghcr.io/o/kube-doh@sha256:0' },
    ['the tag is v1.4.0, and the image in deploy/manifests/kube-doh.yaml is 0'],
  ],
  [
    'v1.4.0',
    'a template that installs another',
    { template: '{ "dependencies": { "kube-doh": "1.3.0" } }' },
    ['the tag is v1.4.0, and the kube-doh in deploy/worker/template/package.json is 1.3.0'],
  ],
  ['v1.4.0', 'no section', { changelog: '## [Unreleased]\n\n- this\n' }, [noNotes]],
  ['v1.4.0', 'no day', { changelog: '## [1.4.0] - soon\n\n- this\n' }, [noNotes]],
  ['v1.4.0', 'an empty section', { changelog: '## [1.4.0] - 2026-12-01\n\n## [1.3.0] - 2026-11-01\n' }, [noNotes]],
])('%s is not released with %s', ([tag, , other, problems]) => {
  expect(checkRelease(tag, { ...sources, ...other })).toEqual({ verdict: 'wrong', problems });
});

test('every place names the version that package.json has', () => {
  const { version } = sourcePackage();
  const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
  const changelog = `## [${version}] - 2026-01-01\n\n- what this test does not ask for\n`;
  const [manifest, chart] = [read('package.json'), read('deploy/chart/Chart.yaml')];
  const [manifests, template] = [read('deploy/manifests/kube-doh.yaml'), read('deploy/worker/template/package.json')];
  const all = { manifest, chart, manifests, template, changelog };
  expect(checkRelease(`v${version}`, all)).toMatchObject({ verdict: 'good' });
});
