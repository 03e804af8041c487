/** All that is measured of one size. */

export interface Figures {
  readonly value: ValueFigures;
  readonly compute: ComputeFigures;
  readonly change: ChangeFigures;
  readonly load: LoadFigures;
  readonly heap: HeapFigures;
  readonly questions: readonly QuestionFigures[];
  readonly firstQuestions: FirstQuestionFigures;
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

/** 100 requests at once, with one token. */
export interface FirstQuestionFigures {
  readonly cold: CrowdFigures;
  /** The snapshot was replaced since the last question. */
  readonly swapping: CrowdFigures;
  /** Of three clusters of this size. */
  readonly threeCold: CrowdFigures;
  /** All three are in memory; one was replaced. */
  readonly threeSwapping: CrowdFigures;
}

export interface CrowdFigures {
  /** From KV; several keys at once are one. */
  readonly readOperations: number;
  readonly readOctets: number;
  /** All that is in use, garbage included, at its most. */
  readonly heapOctets: number;
}
