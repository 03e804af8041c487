/** Which questions are asked after a step: some of all that could be, by repeatable chance. */
import { Chance } from './chance.ts';
import type { KnownNames } from './known-names.ts';
import { type Question, type QuestionType, questionTypes } from './model/question.ts';
import { type NameClass, nameClasses } from './present-names.ts';
import { clustersetZone, clusterZone, type Variation } from './variations.ts';

/** How often each class is chosen, and the types that say most there. */
const classes: Readonly<Record<NameClass, { readonly weight: number; readonly types: readonly QuestionType[] }>> = {
  zone: { weight: 3, types: ['SOA', 'NS', 'TXT', 'A'] },
  service: { weight: 8, types: ['A', 'A', 'A', 'AAAA', 'SRV', 'SRV', 'CNAME'] },
  port: { weight: 6, types: ['SRV', 'SRV', 'SRV', 'A', 'A', 'AAAA'] },
  host: { weight: 8, types: ['A', 'A', 'A', 'AAAA', 'SRV', 'SRV', 'SRV'] },
  import: { weight: 14, types: ['A', 'A', 'AAAA', 'SRV', 'SRV', 'SRV'] },
  pod: { weight: 2, types: ['A', 'A', 'AAAA', 'SRV'] },
  podLike: { weight: 2, types: ['A', 'AAAA', 'SRV'] },
  reverse: { weight: 6, types: ['PTR', 'PTR', 'PTR', 'PTR', 'SOA'] },
};

const wheel = nameClasses.flatMap((name) => Array<NameClass>(classes[name].weight).fill(name));

/** Some are drawn twice, and some classes have no names. */
const maxDraws = 1000;

/** At most as many as the variation has for a step, each once. The same `key` gives the same. */
export function questionsAbout(names: KnownNames, variation: Variation, key: string): Question[] {
  const chance = new Chance(key);
  const questions = new Map<string, Question>();
  for (let i = 0; i < maxDraws && questions.size < variation.questionsPerStep; i += 1) {
    const nameClass = chance.oneOf(wheel);
    if (nameClass === 'import' && !variation.hasClusterset) continue;
    const candidates = firstNames(names, nameClass, chance.oneOf(sources));
    if (candidates.length === 0) continue;
    const relative = nearly(chance.oneOf(candidates), chance);
    const name = spelled(absolute(relative, nameClass, variation, chance), nameClass, chance);
    const type = chance.oneIn(6) ? chance.oneOf(questionTypes) : chance.oneOf(classes[nameClass].types);
    questions.set(`${name} ${type}`, { name, type });
  }
  return [...questions.values()];
}

/** Most is asked of what a step concerned, then of what is there, then of all that ever was or could be. */
const sources = ['touched', 'touched', 'touched', 'present', 'present', 'all'] as const;

function firstNames(names: KnownNames, nameClass: NameClass, source: (typeof sources)[number]): string[] {
  for (const which of sources.slice(sources.indexOf(source))) {
    const found = names.get(nameClass, which);
    if (found.length > 0) return found;
  }
  return [];
}

/** Mostly the name itself; at times one that is not far from it. */
function nearly(name: string, chance: Chance): string {
  if (!chance.oneIn(8) || name === '') return name;
  const labels = name.split('.');
  switch (chance.below(8)) {
    case 0:
      return `x.${name}`;
    case 1:
      return `x.y.${name}`;
    case 2:
      return labels.slice(1).join('.');
    case 3:
      return name.replaceAll('_', '');
    case 4:
      return name.replace('_', '');
    case 5:
      return name.replace(/^_[^.]+\./, '_.');
    case 6:
      return ['_', ...labels].join('.');
    default:
      return `_tcp.${name}`;
  }
}

/** In how many of eight questions the zone is that of the cluster set, where there is one. */
const clustersetShare: Readonly<Record<NameClass, number>> = {
  zone: 4,
  service: 1,
  port: 1,
  host: 1,
  import: 7,
  pod: 1,
  podLike: 1,
  reverse: 0,
};

function absolute(name: string, nameClass: NameClass, { hasClusterset }: Variation, chance: Chance): string {
  if (nameClass === 'reverse') return name;
  const isClusterset = hasClusterset && chance.below(8) < clustersetShare[nameClass];
  const zone = isClusterset ? clustersetZone : clusterZone;
  return name === '' ? zone : `${name}.${zone}`;
}

/** Mostly in lower case. */
function spelled(name: string, nameClass: NameClass, chance: Chance): string {
  if (!chance.oneIn(nameClass === 'zone' ? 4 : 12)) return name;
  return [...name].map((character) => (chance.oneIn(2) ? character.toUpperCase() : character)).join('');
}
