/** What the stub resolver has to tell its user: how it stands with the sources, once each time that changes. */
import type { SourceFailure } from './lane.ts';

export type StubEvent =
  | {
      readonly kind: 'source-failed';
      readonly source: string;
      readonly failure: SourceFailure;
      /** Whether anything is kept that serves meanwhile. */
      readonly isServedStale: boolean;
    }
  | { readonly kind: 'source-recovered'; readonly source: string };
