/** Whatever tokens, zones, hosts and paths a profile has: what is written says what was meant, in the language it is written in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Profile } from '../../../client/profiles/profile.ts';
import { RecipeError } from '../../../client/recipes/recipe-error.ts';
import { readSetup, type Setup } from '../../../client/recipes/setup.ts';
import { recipes, type Target, targets } from '../../../client/recipes/table.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { parseClusterId } from '../../../zone/cluster-id.ts';
import { absoluteName, joinRelative, root, singleLabel } from '../../../zone/name.ts';
import { sharedStub } from './example-profiles.ts';

const trouble = [
  '"',
  "'",
  '\\',
  '`',
  '$',
  '%',
  '&',
  '<',
  '>',
  '--',
  ']]>',
  '\n',
  '\r',
  '\t',
  '\0',
  ' ',
  '#',
  '{',
  ';',
  '/',
  'é',
  '‘',
];
const nasty = fc.string({
  unit: fc.oneof(fc.constantFrom(...trouble), fc.constantFrom('a', '0', '-', '.')),
  minLength: 1,
  maxLength: 20,
});
const plainLabel = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const label = fc.oneof(
  { weight: 9, arbitrary: plainLabel },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 8 }) },
);
const zone = fc
  .tuple(label, label)
  .map(([first, second]) => absoluteName(joinRelative(singleLabel(first), singleLabel(second)), root));
const edge = fc
  .oneof({ weight: 5, arbitrary: plainLabel.map((host) => `${host}.example`) }, { weight: 1, arbitrary: nasty })
  .map((host) => `https://${host}/`)
  .filter((text) => URL.canParse(text))
  .map((text) => new URL(new URL(text).origin));

const profile: fc.Arbitrary<Profile> = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/),
  edge,
  cluster: fc.constantFrom(undefined, parseClusterId('prod'), parseClusterId('-')),
  token: fc.option(nasty, { nil: undefined }),
  zones: fc.array(zone, { minLength: 1, maxLength: 3 }),
  authorityFile: fc.option(nasty, { nil: undefined }),
});

/** Undefined when it is refused; the law is about what is written. */
function written(target: Target, profiles: readonly Profile[]): { setup: Setup; text: string } | undefined {
  try {
    const setup = readSetup(profiles, sharedStub);
    return { setup, text: writeRecipe(target, setup).text };
  } catch (error) {
    if (error instanceof RecipeError && !/[\r\n]/.test(error.message)) return undefined;
    throw error;
  }
}

function law(target: Target, holds: (setup: Setup, text: string) => void, most = 3): void {
  let tried = 0;
  const property = fc.property(fc.array(profile, { minLength: 1, maxLength: most }), (profiles) => {
    const result = written(target, profiles);
    if (result === undefined) return;
    tried += 1;
    holds(result.setup, result.text);
  });
  fc.assert(property, { numRuns: 300 });
  expect(tried).toBeGreaterThan(20);
}

/** Without its head; the head is one comment. */
function bodyOf(target: Target, text: string): string {
  const mark = recipes[target].comment.wrap(['x'])[0]!.replace(/ ?x$/, '');
  const lines = text.split('\n');
  return lines.slice(lines.findIndex((line) => !line.startsWith(mark))).join('\n');
}

test('zones and URLs are words that mean nothing anywhere', () => {
  law('grpc', ({ edges, zones }) => {
    for (const text of zones) expect(text).toMatch(/^[a-z0-9_.-]+$/);
    for (const { dohUrl } of edges) expect(dohUrl).toMatch(/^https:\/\/[\w\-.~:/%[\]]+$/);
  });
});

test.each(targets)('%s has a head of its own, and no control characters', (target) => {
  law(target, (_, text) => expect(text.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u), 1);
});

describe('read back as what was meant:', () => {
  test('apple, as XML', () => {
    law('apple', ({ edges }, text) => {
      const elements = readXml(text);
      const urls = elements.filter((_, i) => elements[i - 1] === 'ServerURL');
      const asked = edges.filter(({ zones }) => zones.some((name) => !/(^|\.)local$/.test(name)));
      expect(urls).toEqual(asked.map(({ dohUrl }) => dohUrl));
    });
  });

  test('dnsproxy, as YAML', () => {
    law('dnsproxy', ({ edges }, text) => {
      const upstream = edges.map(({ zones, dohUrl }) => `[/${zones.join('/')}/]${dohUrl}`);
      expect(parse(text).upstream).toEqual([...upstream, '192.0.2.53']);
    });
  });

  test('blocky, as YAML', () => {
    law('blocky', ({ edges }, text) => {
      const pairs = edges.flatMap(({ zones, dohUrl }) => zones.map((name) => [name, dohUrl]));
      expect(parse(text).conditional.mapping).toEqual(Object.fromEntries(pairs));
    });
  });

  test('prometheus, as YAML', () => {
    law(
      'prometheus',
      ({ edges: [edge] }, text) => {
        const { scrape_configs: jobs } = parse(text);
        for (const job of jobs.slice(0, 2)) {
          const [{ url, authorization, tls_config }] = job.http_sd_configs;
          expect(url).toBe(`${edge!.identity}/sd`);
          expect(tls_config?.ca_file).toBe(edge!.authorityFile);
          expect(authorization?.credentials_file).toBe(edge!.hasToken ? '/etc/kube-doh/health.token' : undefined);
        }
        const [{ targets: urls, labels }] = jobs[2].static_configs;
        expect([urls, labels.cluster]).toEqual([[`${edge!.identity}/health`], edge!.cluster]);
      },
      1,
    );
  });

  test('blackbox, as YAML', () => {
    law(
      'blackbox',
      ({ edges: [edge] }, text) => {
        const { http } = parse(text).modules.kube_doh_health;
        expect(http.tls_config?.ca_file).toBe(edge!.authorityFile);
        expect(http.authorization !== undefined).toBe(edge!.hasToken);
      },
      1,
    );
  });

  test('gatus, as YAML', () => {
    law(
      'gatus',
      ({ edges: [edge] }, text) => {
        const [{ url, group, headers }] = parse(text).endpoints;
        expect([url, group]).toEqual([`${edge!.identity}/health`, edge!.cluster]);
        expect(headers?.Authorization).toBe(edge!.hasToken ? `Bearer \${KUBE_DOH_TOKEN}` : undefined);
      },
      1,
    );
  });

  test('uptime-kuma, as JSON', () => {
    law(
      'uptime-kuma',
      ({ edges: [edge] }, text) => {
        const [{ name, url }] = JSON.parse(bodyOf('uptime-kuma', text));
        expect([name, url]).toEqual([`${edge!.cluster}: snapshot`, `${edge!.identity}/health`]);
      },
      1,
    );
  });

  test('alloy, as strings of Go', () => {
    law(
      'alloy',
      ({ edges: [edge] }, text) => {
        const body = bodyOf('alloy', text);
        const [, url] = /^\turl +=.(".*")$/m.exec(body)!;
        expect(JSON.parse(url!)).toBe(`${edge!.identity}/sd`);
        const file = /^\t\tca_file = (".*")$/m.exec(body)?.[1];
        expect(file === undefined ? undefined : JSON.parse(file)).toBe(edge!.authorityFile);
      },
      1,
    );
  });

  test('compose, as YAML', () => {
    law('compose', ({ stub }, text) => expect(parse(text)).toEqual({ services: { app: { dns: [stub.host] } } }));
  });

  test('windows, as strings of PowerShell', () => {
    law(
      'windows',
      ({ edges, zones }, text) => {
        const body = bodyOf('windows', text);
        // In single quotes only a quote means anything, and PowerShell takes the typographic ones for quotes too.
        expect(body).not.toMatch(/[‘’‚‛]/);
        expect(/^\$template = '([^']*)'$/m.exec(body)?.[1]).toBe(edges[0]!.dohUrl);
        const namespaces = /^\$namespaces = (.*)$/m
          .exec(body)![1]!
          .split(', ')
          .map((quoted) => quoted.slice(2, -1));
        expect(namespaces).toEqual(zones);
      },
      1,
    );
  });

  test('dnscrypt-proxy, as strings of TOML', () => {
    law(
      'dnscrypt-proxy',
      (_, text) => {
        const strings = bodyOf('dnscrypt-proxy', text).match(/"[^"]*"/g)!;
        expect(strings.join('')).toMatch(/^[\w":.,/-]+$/);
      },
      1,
    );
  });

  test('firefox, as strings of JavaScript', () => {
    law(
      'firefox',
      ({ edges }, text) => {
        const uri = /^user_pref\("network\.trr\.uri", (".*")\);$/m.exec(text)![1]!;
        expect(JSON.parse(uri)).toBe(edges[0]!.dohUrl);
      },
      1,
    );
  });

  test('curl, as strings of its own', () => {
    law(
      'curl',
      ({ edges }, text) => {
        const options = new Map(
          bodyOf('curl', text)
            .trimEnd()
            .split('\n')
            .map((line): [string, string] => [line.split(' = ')[0]!, curlString(line.slice(line.indexOf(' = ') + 3))]),
        );
        const [{ dohUrl, authorityFile }] = edges as [Setup['edges'][number]];
        expect(options.get('doh-url')).toBe(dohUrl);
        if (authorityFile !== undefined) expect(options.get('cacert')).toBe(authorityFile);
      },
      1,
    );
  });

  test('tailscale, as JSON in a shell', () => {
    law('tailscale', ({ zones, stub }, text) => {
      const json = /--data '([^']*)'/.exec(bodyOf('tailscale', text))![1]!;
      expect(JSON.parse(json)).toEqual(Object.fromEntries(zones.map((name) => [name, [stub.host]])));
    });
  });
});

/** As curl's manual has it (--config): `\t`, `\n`, `\r` and `\v` mean something, and may not come about by accident. */
function curlString(quoted: string): string {
  expect(quoted).toMatch(/^"([^"\\]|\\["\\])*"$/);
  return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** The texts of all elements without children, in order. Fails where a tag is not closed, or a character is not escaped. */
function readXml(text: string): string[] {
  const open: string[] = [];
  const texts: string[] = [];
  const token = /<\?[^?]*\?>|<!--(?:(?!--)[\s\S])*-->|<!DOCTYPE[^>]*>|<(\/?)(\w+)([^<>]*?)(\/?)>|([^<]+)/y;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw new Error(`no XML at ${JSON.stringify(text.slice(at, at + 40))}`);
    const [, closes, name, , isEmpty, content] = match;
    if (content !== undefined && content.trim() !== '') {
      if (/&(?!(amp|lt|gt);)/.test(content)) throw new Error(`not escaped: ${content}`);
      texts.push(content.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
    } else if (closes === '/') expect(open.pop()).toBe(name);
    else if (name !== undefined && isEmpty !== '/') open.push(name);
  }
  expect(open).toEqual([]);
  return texts;
}
