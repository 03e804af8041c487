/** What differs between kinds when an object is written. */
import type { ApiObject, JsonObject } from '../types.ts';
import type { ManifestReader } from './manifest-reader.ts';

/** An object without what all kinds have in common. */
export type Content<T extends ApiObject> = Omit<T, 'kind' | 'apiVersion' | 'metadata'>;

/** The rules of one kind. */
export interface Strategy<T extends ApiObject> {
  /**
   * The content to store for the body that a client sent: defaults filled in, wrong values noted with the reader. The
   * status is the previous one, or that of a new object; clients write it through the status subresource only.
   */
  prepare(body: JsonObject, reader: ManifestReader, previous: T | undefined): Content<T>;
  /** The status to store for one that a client sent to the status subresource; as it came, unless a kind knows better. */
  prepareStatus?(next: T, previous: T): T;
}
