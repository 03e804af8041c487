/** What a recipe is: a target's configuration as text, and what has to be known of it before it is written. */
import type { CommentStyle } from './comment.ts';
import type { Watched } from './health/watched.ts';
import type { Edge, Setup, Zone } from './setup.ts';

/**
 * Where the target asks. Of the stub it may need that it is at port 53, where the target cannot name a port, or that other
 * machines reach it. `edge, own token`: it asks an edge, with a token that is not in the
 * configuration.
 */
export type Way = 'edge' | 'edge, own token' | 'stub' | 'stub at port 53' | 'stub for others' | 'cluster';

export interface RecipeText {
  /** Sentences that whoever uses it has to know. */
  readonly remarks: readonly string[];
  /** Where it goes, and what makes it count. */
  readonly use: readonly string[];
  readonly verify: readonly string[];
  readonly undo: readonly string[];
  /** The configuration itself, without a final line break. */
  readonly body: string;
}

interface Described {
  /** One line, for a list. */
  readonly summary: string;
  /** Which zones the target sends there; `outside .local`: it never sends a name of `.local`. */
  readonly scope: 'all zones' | 'outside .local' | 'no names';
  readonly comment: CommentStyle;
}

interface Direct extends Described {
  readonly way: 'edge' | 'edge, own token';
  /** Whether it says itself which authority to trust; otherwise the user has to see to it. */
  readonly namesAuthority: boolean;
}

interface WithToken extends Direct {
  readonly way: 'edge';
}

/** Asks an edge by itself, so it holds the tokens. */
export interface EdgesRecipe extends WithToken {
  readonly edges: 'many';
  write(edges: readonly Edge[]): RecipeText;
}

/** As `EdgesRecipe`, where the target has room for one edge only. */
export interface EdgeRecipe extends WithToken {
  readonly edges: 'one';
  write(edge: Edge): RecipeText;
}

/** Checks whether pods are there and ready, as an edge tells it. */
export interface HealthRecipe extends Direct {
  readonly way: 'edge, own token';
  readonly scope: 'no names';
  /** What of it may be chosen: any pods, one Service, or nothing. */
  readonly watches: 'pods' | 'one service' | 'nothing';
  write(edge: Edge, watched: Watched): RecipeText;
}

/** Asks the stub, or is for the cluster's own DNS server. It holds no secret. */
export interface PlainRecipe extends Described {
  readonly way: Exclude<Way, Direct['way']>;
  write(zones: readonly Zone[], setup: Setup): RecipeText;
}

export type Recipe = EdgesRecipe | EdgeRecipe | HealthRecipe | PlainRecipe;
