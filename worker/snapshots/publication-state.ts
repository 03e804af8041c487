/**
 * What is known of a cluster's publishes, and what that says about the next one. Pure; publications.ts keeps it.
 *
 * A publish is *intended* before it is written into KV, and *published* after. What is older than an intent is refused, so
 * nothing older can follow something newer into KV. What was intended and not written may come again, until the cluster is
 * taken away: from then on nothing comes again that was ever intended.
 */
import { type Manifest, maxSerialRise, maySucceed, type Version } from '../../zone/manifest.ts';
import type { Contents, Decision, PublishedFacts, RefusalNote } from '../objects.ts';

export interface PublicationsState {
  /** The newest that may ever have been in KV; `sha256`: the body that may come again, undefined when none may. */
  readonly intended: (Version & { readonly sha256: string | undefined }) | undefined;
  /** The newest that is known to be in KV, and under which registration it came there. */
  readonly published: (PublishedFacts & { readonly revision: number }) | undefined;
  /** Whose publishes are taken: bound by the first that says, for as long as the registration stays as it is. */
  readonly identity: { readonly uid: string; readonly revision: number } | undefined;
  /** The newest registration that was seen. */
  readonly revision: number;
}

export const nothingKnown: PublicationsState = {
  intended: undefined,
  published: undefined,
  identity: undefined,
  revision: 0,
};

/** What becomes of a manifest that was compared with the registration of this revision. */
export function decide(state: PublicationsState, manifest: Manifest, revision: number): Decision {
  if (revision < state.revision) return { kind: 'outdated' };
  const bound = boundIdentity(state, revision);
  if (bound !== undefined && manifest.identity !== bound) return { kind: 'wrong-identity' };
  const { intended } = state;
  // Where nothing was stored, a writer may be one that goes on after everything here was lost.
  if (intended === undefined) return { kind: 'acceptable' };
  const stored = versionOf(intended);
  if (maySucceed(manifest, intended)) {
    return manifest.serial - stored.serial > maxSerialRise ? { kind: 'serial-ahead', stored } : { kind: 'acceptable' };
  }
  if (!isSameVersion(manifest, intended) || manifest.sha256 !== intended.sha256) return { kind: 'not-newer', stored };
  // Under another registration it may be on its way out of KV: it is written again, in turn.
  return isWrittenUnder(state, revision) ? { kind: 'repeated' } : { kind: 'acceptable' };
}

/** Whose publishes are taken under the registration of this revision; undefined while anybody's are. */
export function boundIdentity({ identity }: PublicationsState, revision: number): string | undefined {
  return identity?.revision === revision ? identity.uid : undefined;
}

/** Before KV is written. */
export function intending(state: PublicationsState, manifest: Manifest, revision: number): PublicationsState {
  return { ...state, revision, intended: { ...versionOf(manifest), sha256: manifest.sha256 } };
}

/** After KV was written. */
export function publishing(
  state: PublicationsState,
  manifest: Manifest,
  contents: Contents,
  revision: number,
): PublicationsState {
  const { identity: uid } = manifest;
  const identity = uid === undefined ? state.identity : { uid, revision };
  return { ...state, identity, published: { ...factsOf(manifest, contents), revision } };
}

/** Of an object that knows nothing, though KV holds something that the cluster signed: as if it had come just now. */
export function adopting(manifest: Manifest, revision: number): PublicationsState {
  const { identity: uid, sha256 } = manifest;
  return {
    intended: { ...versionOf(manifest), sha256 },
    published: { ...factsOf(manifest, undefined), revision },
    identity: uid === undefined ? undefined : { uid, revision },
    revision,
  };
}

/** Whether what is in KV was published after the registration of this revision was taken away. */
export function isPublishedSince({ published }: PublicationsState, revision: number): boolean {
  return published !== undefined && published.revision > revision;
}

/** Before what was published is taken out of KV, unless it was published since. What was intended since may come again. */
export function withdrawing(state: PublicationsState, revision: number): PublicationsState {
  const { intended } = state;
  if (state.revision > revision || intended === undefined) {
    return { ...state, published: undefined, revision: Math.max(state.revision, revision) };
  }
  return { ...state, intended: { ...intended, sha256: undefined }, published: undefined, revision };
}

const agentNoteMilliseconds = 60 * 60 * 1000;
const strangerNoteMilliseconds = 60 * 1000;

/**
 * Whether a refusal is remembered in the place of the last one. Anybody can fail at a signature, as often as he likes:
 * that neither hides what the cluster's agent was told, nor is it kept each time.
 */
export function isNoteworthy(note: RefusalNote, last: RefusalNote | undefined): boolean {
  if (last === undefined || note.from === 'agent') return true;
  return note.at - last.at >= restMilliseconds(last);
}

function restMilliseconds({ from, code }: RefusalNote): number {
  if (from === 'stranger') return strangerNoteMilliseconds;
  // Every new writer is told so once, and knows what to do.
  return code === 'NOT_NEWER' ? 0 : agentNoteMilliseconds;
}

function isWrittenUnder({ intended, published }: PublicationsState, revision: number): boolean {
  if (intended === undefined || published?.revision !== revision) return false;
  return isSameVersion(published.version, intended);
}

function factsOf(manifest: Manifest, contents: Contents | undefined): PublishedFacts {
  const { generatedAt, length } = manifest;
  return { version: versionOf(manifest), generatedAt, length, contents };
}

function versionOf({ epoch, serial }: Version): Version {
  return { epoch, serial };
}

function isSameVersion(a: Version, b: Version): boolean {
  return a.epoch === b.epoch && a.serial === b.serial;
}
