/** What happens in an agent, for whoever counts it. Telling is synchronous and must not throw. */
import type { Manifest } from '../zone/manifest.ts';

/** As CoreDNS tells them apart. */
export type ServiceKindLabel = 'cluster_ip' | 'headless_with_selector' | 'headless_without_selector';

export type AgentEvent =
  /** A request to the API server came to its end; `code` is the HTTP status, or `<error>` without one. */
  | {
      readonly kind: 'api-request';
      readonly verb: 'GET' | 'LIST' | 'WATCH' | 'POST' | 'PUT' | 'PATCH';
      readonly host: string;
      readonly code: string;
      readonly seconds: number;
    }
  /** A watch ended and another one follows; `reason` is `ended` for one that the server ended in good order. */
  | { readonly kind: 'watch-restarted'; readonly resource: string; readonly reason: string }
  | { readonly kind: 'listed'; readonly resource: string; readonly objects: number; readonly seconds: number }
  /** Something was noted that may change the snapshot. */
  | { readonly kind: 'change-noted' }
  /** What had changed was computed anew. `waitedSeconds`: since the first change that is in it was noted. */
  | {
      readonly kind: 'computed';
      readonly changes: number;
      readonly waitedSeconds: number;
      readonly seconds: number;
      readonly result: 'changed' | 'unchanged';
    }
  /** An attempt to publish that the edge did not take. */
  | { readonly kind: 'publish-failed'; readonly reason: 'unavailable' | 'refused' | 'not-newer' }
  | {
      readonly kind: 'published';
      readonly why: 'change' | 'heartbeat';
      readonly manifest: Manifest;
      readonly imageOctets: number;
      readonly seconds: number;
    }
  /** At the beginning of a term: what the edge has stored already. */
  | { readonly kind: 'found-stored'; readonly manifest: Manifest }
  /** How long it took from the change of a slice until the edge had stored it, or until it answered from it. */
  | {
      readonly kind: 'programmed';
      readonly stage: 'published' | 'visible';
      readonly service: ServiceKindLabel;
      readonly seconds: number;
    }
  /** A deletion is held back, or not any more. */
  | { readonly kind: 'held-back'; readonly names: number; readonly of: number }
  | { readonly kind: 'released'; readonly by: 'time' | 'flag' | 'recovery' }
  /** What the edge had stored was not what was published last. */
  | { readonly kind: 'drifted' }
  /** This agent leads from now on, or no more. */
  | { readonly kind: 'leading'; readonly isLeading: boolean }
  /** A Kubernetes Event was written, or was not. */
  | { readonly kind: 'event-written'; readonly ok: boolean };

export type Tell = (event: AgentEvent) => void;
