/**
 * The Durable Objects, as the rest of the Worker sees them. Each runs in one place and knows for sure what KV shows late:
 * `Registry`, of which there is one, what clusters may do; `Publications`, one per cluster, what is published.
 *
 * What is wrong with a request is a result. A promise that rejects means that the object was not reached.
 */
import type { ClusterId } from '../zone/cluster-id.ts';
import type { Manifest, Version } from '../zone/manifest.ts';
import type { Name } from '../zone/name.ts';
import type { Registration } from './clusters/registration.ts';
import type { Conflict } from './clusters/zone-claims.ts';

/** A binding of Durable Objects: the object of a name, made when it is first called. */
export interface ObjectNamespace<Calls> {
  getByName(name: string): Calls;
}

/** What an object keeps. A value is durable before anything that is sent later leaves the object. */
export interface ObjectStorage {
  get(key: string): Promise<unknown>;
  /** All of them or none. */
  put(entries: Readonly<Record<string, unknown>>): Promise<void>;
  delete(key: string): Promise<unknown>;
  list(options: { prefix: string }): Promise<ReadonlyMap<string, unknown>>;
  /** Calls the object's `alarm` then, in Unix milliseconds. */
  setAlarm(time: number): Promise<void>;
}

/** The name of the one `Registry`. */
export const registryName = 'registry';

/** A registration as it stands. */
export interface Registered {
  readonly registration: Registration;
  /** Rises with each change of any registration. */
  readonly revision: number;
}

/** KV took too many writes of the key, or failed. */
export interface NotWritten {
  readonly kind: 'not-written';
  readonly reason: string;
}

export interface RegistryCalls {
  registrationOf(cluster: ClusterId): Promise<Registered | undefined>;
  all(): Promise<readonly (readonly [ClusterId, Registered])[]>;
  /** Replaces a registration that is there. */
  register(
    cluster: ClusterId,
    registration: Registration,
    endpointHosts: readonly Name[],
  ): Promise<
    | ({ readonly kind: 'registered' } & Registered)
    | { readonly kind: 'conflict'; readonly conflict: Conflict }
    | NotWritten
  >;
  /**
   * Takes away what was published as well, be it a while later. That the cluster is not there is no error; what fails is
   * tried again.
   */
  unregister(cluster: ClusterId): Promise<{ readonly kind: 'unregistered' } | NotWritten>;
}

/** A manifest as it was sent, and what it says. */
export interface SignedManifest {
  readonly text: string;
  readonly signature: string;
  readonly manifest: Manifest;
}

/** What stands in a snapshot; nothing in a retired one. */
export interface Contents {
  readonly kind: 'live' | 'retired';
  readonly counts: Counts;
}

export interface Counts {
  readonly names: number;
  readonly groups: number;
  readonly addresses: number;
}

/** What `Publications` says to a manifest whose signature is good. */
export type Decision =
  | { readonly kind: 'acceptable' }
  /** It was stored before: its writer did not hear of it. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'not-newer'; readonly stored: Version }
  /** Its serial is further ahead of what is stored than it may be (zone/manifest.ts). */
  | { readonly kind: 'serial-ahead'; readonly stored: Version }
  | { readonly kind: 'wrong-identity' }
  /** The registration was changed since the manifest was compared with it. */
  | { readonly kind: 'outdated' }
  /** As many publishes of the cluster as may wait for KV do. */
  | { readonly kind: 'busy' };

/** What is remembered of a publish that was refused. */
export interface RefusalNote {
  /** Whether a key of the cluster made the signature. */
  readonly from: 'agent' | 'stranger';
  readonly code: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** What an agent's manifest said; undefined when it was none. */
  readonly version: Version | undefined;
}

/** What was written into KV last. */
export interface PublishedFacts {
  readonly version: Version;
  /** As in Manifest. */
  readonly generatedAt: number;
  readonly length: number;
  /** Undefined when the object lost what it knew. */
  readonly contents: Contents | undefined;
}

export interface PublicationsStatus {
  readonly published: PublishedFacts | undefined;
  /** As in Manifest: to whose the registration is bound. */
  readonly identity: string | undefined;
  readonly lastRefusal: RefusalNote | undefined;
}

export interface Stored {
  readonly kind: 'stored';
  readonly replaced: Version | undefined;
}

export interface PublicationsCalls {
  /** Decides without the body, changes nothing, and waits for no other publish. */
  consider(signed: SignedManifest, registered: Registered): Promise<Decision>;
  /**
   * Decides again, asks `Registry` whether the registration still stands, and writes what is acceptable. Everything else was
   * checked before. `replaced`: what was known to be in KV until then; undefined when nothing was.
   */
  store(
    signed: SignedManifest,
    body: Uint8Array,
    contents: Contents,
    registered: Registered,
  ): Promise<Exclude<Decision, { kind: 'acceptable' }> | Stored | NotWritten>;
  noteRefusal(note: RefusalNote): Promise<void>;
  /**
   * Takes what was published under registrations before this revision out of KV. Which versions there were stays known, so
   * none of them comes again. May be repeated; takes nothing away that was published under a later one. `registration`: as
   * it was; undefined when there was none.
   */
  withdraw(
    cluster: ClusterId,
    revision: number,
    registration: Registration | undefined,
  ): Promise<{ readonly kind: 'withdrawn' } | NotWritten>;
  status(cluster: ClusterId, registered: Registered): Promise<PublicationsStatus>;
}
