/** A target's configuration as text: what it is, whether it is secret, how to use, verify and undo it, and the thing itself. */
import { givenFlags, type Watched, type WatchedFlag } from './health/watched.ts';
import type { Recipe, RecipeText } from './recipe.ts';
import { RecipeError } from './recipe-error.ts';
import { type Edge, hostAndPort, isLocal, isOwn, type Setup, type Zone } from './setup.ts';
import { recipes, type Target, targets } from './table.ts';

export interface Written {
  readonly text: string;
  /** The profiles whose tokens it holds. */
  readonly secretOf: readonly string[];
}

/** Throws RecipeError. */
export function writeRecipe(target: Target, setup: Setup, watched: Watched = {}): Written {
  const recipe: Recipe = recipes[target];
  requireWatchable(target, recipe, watched);
  const edges = edgesWith(recipe, setup);
  const zones = edges.flatMap((edge) => edge.zones);
  if (zones.length === 0) throw withoutAlias(target, setup);
  const secretOf = recipe.way === 'edge' ? edges.filter(({ hasToken }) => hasToken).map(({ profile }) => profile) : [];
  const { body, ...notes } = parts(target, recipe, edges, { setup, watched });
  const head = [
    `kube-doh, for ${target}: ${recipe.summary}.`,
    recipe.scope === 'no names'
      ? `Edge: ${edges.map(({ identity }) => identity).join(' ')}`
      : `Zones: ${zones.join(' ')}`,
    ...secrecy(secretOf),
    ...trust(recipe, edges),
    ...noteLines(notes),
  ].map((line) => line.replace(/\p{Cc}/gu, '?'));
  const lines = [...recipe.comment.prolog, ...recipe.comment.wrap(head), body];
  return { text: `${lines.join('\n')}\n`, secretOf };
}

function parts(target: Target, recipe: Recipe, edges: readonly Edge[], { setup, watched }: Wanted): RecipeText {
  if (recipe.way === 'edge, own token') return recipe.write(oneEdge(target, edges), watched);
  if (recipe.way !== 'edge') {
    requireStub(target, recipe.way, setup);
    return recipe.write(
      edges.flatMap((edge) => edge.zones),
      setup,
    );
  }
  const plain = edges.find(({ dohUrl }) => !dohUrl.startsWith('https:'));
  if (plain !== undefined) {
    throw new RecipeError(
      'PLAIN_EDGE',
      `${target} needs an https edge, and that of profile ${plain.profile} is not: use the stub`,
    );
  }
  return recipe.edges === 'many' ? recipe.write(edges) : recipe.write(oneEdge(target, edges));
}

interface Wanted {
  readonly setup: Setup;
  readonly watched: Watched;
}

function oneEdge(target: Target, edges: readonly Edge[]): Edge {
  const [edge, ...others] = edges;
  if (edge !== undefined && others.length === 0) return edge;
  const names = edges.map(({ profile }) => profile).join(', ');
  throw new RecipeError(
    'SEVERAL_EDGES',
    `${target} takes one edge, and there are several (${names}): choose one with --profile`,
  );
}

/** With the zones that the target asks for; edges without any are left out. */
function edgesWith({ scope }: Recipe, { edges }: Setup): readonly Edge[] {
  if (scope !== 'outside .local') return edges;
  return edges
    .map((edge) => ({ ...edge, zones: edge.zones.filter((zone: Zone) => !isLocal(zone)) }))
    .filter(({ zones }) => zones.length > 0);
}

/** What of pods may be chosen, by what the target watches. */
const watchable: Readonly<Record<'pods' | 'one service' | 'nothing', readonly WatchedFlag[]>> = {
  pods: ['namespace', 'service', 'port', 'min-ready'],
  'one service': ['namespace', 'service', 'min-ready'],
  nothing: [],
};

function flagsOf(recipe: Recipe): readonly WatchedFlag[] {
  return 'watches' in recipe ? watchable[recipe.watches] : [];
}

function requireWatchable(target: Target, recipe: Recipe, watched: Watched): void {
  const given = givenFlags(watched);
  const foreign = given.find((flag) => !flagsOf(recipe).includes(flag));
  if (foreign !== undefined) {
    const others = targets.filter((each) => flagsOf(recipes[each]).includes(foreign));
    throw new RecipeError('NOT_WATCHED', `${target} takes no --${foreign}, which is for ${others.join(', ')}`);
  }
  if ('watches' in recipe && recipe.watches === 'one service' && given.length > 0 && !given.includes('service')) {
    throw new RecipeError('NOT_WATCHED', `${target} checks one Service: pass --service NAME as well`);
  }
}

function withoutAlias(target: Target, { zones }: Setup): RecipeError {
  const what = `${target} never asks for names of .local, and there is no other zone than ${zones.join(', ')}`;
  const how =
    '"kube-doh cluster add ... --alias NAME --replace", "kube-doh agent --alias NAME", and "kube-doh login" again';
  return new RecipeError('NO_ALIAS', `${what}: register an alias, publish it and log in again: ${how}`);
}

function requireStub(target: Target, way: Recipe['way'], { stub }: Setup): void {
  if (way === 'stub for others' && isOwn(stub)) {
    const example = '"kube-doh dns --listen 10.8.0.1:53 --allow 10.8.0.0/24" and --stub 10.8.0.1:53';
    throw new RecipeError(
      'STUB_ADDRESS',
      `${target} needs a stub that other machines reach, not ${hostAndPort(stub)}: such as ${example}`,
    );
  }
  if ((way === 'stub for others' || way === 'stub at port 53') && stub.port !== 53) {
    const address = hostAndPort({ ...stub, port: 53 });
    const how = `let "kube-doh dns --listen ${address}" answer, and pass --stub ${address}`;
    throw new RecipeError('STUB_ADDRESS', `${target} knows no port but 53, and the stub is at ${stub.port}: ${how}`);
  }
}

function secrecy(profiles: readonly string[]): readonly string[] {
  if (profiles.length === 0) return [];
  return [`SECRET: this holds the token of ${profiles.join(', ')}. Whoever reads it may ask what you may ask.`];
}

/** What asks an edge by itself mostly believes whom the system believes. */
function trust(recipe: Recipe, edges: readonly Edge[]): readonly string[] {
  if (!('namesAuthority' in recipe) || recipe.namesAuthority) return [];
  const files = new Set(edges.flatMap(({ authorityFile }) => authorityFile ?? []));
  return [...files].map(
    (file) => `The edge's certificate is one of the authority ${file}, which the program has to trust.`,
  );
}

function noteLines({ remarks, use, verify, undo }: Omit<RecipeText, 'body'>): readonly string[] {
  return [...remarks, ...labelled('Use:', use), ...labelled('Verify:', verify), ...labelled('Undo:', undo)];
}

function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(8)}${line}`);
}
