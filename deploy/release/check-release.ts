/** Whether a tag may be released: every place that names the version names this one, and the changelog tells what is new. Pure. */

/** The texts that name it. */
export interface Sources {
  /** package.json. */
  readonly manifest: string;
  /** deploy/chart/Chart.yaml. */
  readonly chart: string;
  /** deploy/manifests/kube-doh.yaml. */
  readonly manifests: string;
  /** deploy/worker/template/package.json. */
  readonly template: string;
  /** CHANGELOG.md. */
  readonly changelog: string;
}

export type Check =
  | { readonly verdict: 'good' /** What is new, in Markdown. */; readonly notes: string }
  | { readonly verdict: 'wrong' /** One line each. */; readonly problems: readonly string[] };

/** `tag`: as in Git, such as `v1.4.0`. */
export function checkRelease(tag: string, { manifest, chart, manifests, template, changelog }: Sources): Check {
  // Semantic Versioning 2.0.0 §2, §9.
  const [, version] = /^v((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?)$/.exec(tag) ?? [];
  if (version === undefined) return { verdict: 'wrong', problems: [`the tag ${tag} is no version such as v1.4.0`] };
  const notes = notesOf(changelog, version);
  const named: readonly (readonly [where: string, value: string | undefined])[] = [
    ['version in package.json', JSON.parse(manifest).version],
    ['version in deploy/chart/Chart.yaml', /^version: "?([^"\s]+)/m.exec(chart)?.[1]],
    ['appVersion in deploy/chart/Chart.yaml', /^appVersion: "?([^"\s]+)/m.exec(chart)?.[1]],
    ['image in deploy/manifests/kube-doh.yaml', /^[\s-]*image: "?[^"\s]+:([^":\s]+)/m.exec(manifests)?.[1]],
    ['kube-doh in deploy/worker/template/package.json', JSON.parse(template).dependencies?.['kube-doh']],
  ];
  const others = named.filter(([, value]) => value !== version);
  const problems = others.map(([where, value]) => `the tag is ${tag}, and the ${where} is ${value ?? 'not there'}`);
  if (notes === undefined)
    problems.push(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD" with something in it`);
  return notes === undefined || problems.length > 0 ? { verdict: 'wrong', problems } : { verdict: 'good', notes };
}

/** The section of this version, without its heading. */
function notesOf(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}] - `));
  if (section === undefined || !/^\[[^\]]+\] - \d{4}-\d\d-\d\d\n/.test(section)) return undefined;
  const text = section.slice(section.indexOf('\n')).trim();
  return text === '' ? undefined : text;
}
