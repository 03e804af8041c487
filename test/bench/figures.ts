/** All that is measured of one size. */

export interface Figures {
  readonly value: ValueFigures;
  readonly compute: ComputeFigures;
  readonly change: ChangeFigures;
  readonly load: LoadFigures;
  readonly heap: HeapFigures;
  readonly questions: readonly QuestionFigures[];
}

export interface ValueFigures {
  readonly rawOctets: number;
  readonly compressedOctets: number;
}

export interface ComputeFigures {
  /** The first time in a process. */
  readonly firstMilliseconds: number;
  readonly warmMilliseconds: number;
  readonly compressMilliseconds: number;
  /** Compressing, then hashing what came out. */
  readonly compressAndHashMilliseconds: number;
  readonly hashMilliseconds: number;
  readonly signMilliseconds: number;
}

/** From what has changed to the next image. */
export interface ChangeFigures {
  /** Of one changed slice. */
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
  /** The median of windows in which many slices have changed. */
  readonly windowMilliseconds: number;
}

/** Each step alone, and then all together. */
export interface LoadFigures {
  /** The body from a stream into memory. */
  readonly fetchMilliseconds: number;
  readonly inflateMilliseconds: number;
  readonly verifyMilliseconds: number;
  readonly hashMilliseconds: number;
  readonly openMilliseconds: number;
  /** Verifying, hashing and opening as one. */
  readonly checkMilliseconds: number;
  /** All that the Worker does, from a store that answers at once. */
  readonly allMilliseconds: number;
  /** The same, when nothing of it ever ran in the isolate. */
  readonly firstMilliseconds: number;
}

export interface HeapFigures {
  /** Kept beside the image, once a snapshot was loaded and asked. */
  readonly besideImageOctets: number;
  /** What a load leaves behind to be collected, the image it replaces included. */
  readonly garbageOctets: number;
}

export interface QuestionFigures {
  readonly kind: string;
  readonly node: QuestionTimes;
  readonly workerd: QuestionTimes;
}

export interface QuestionTimes {
  readonly lookupMicroseconds: number;
  readonly answerMicroseconds: number;
}
