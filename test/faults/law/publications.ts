/**
 * Every snapshot that an edge has stored, one after the other, and what must hold from one to the next: numbers only
 * rise, names that exist all the time are in each, and none takes away more than a fault may explain.
 */
import { gunzipSync } from 'node:zlib';
import { flatten } from '../../../zone/flat.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { isNewer, type Manifest, maySucceed, parseManifest } from '../../../zone/manifest.ts';
import { formatRelativeName } from '../../../zone/name.ts';
import type { Violations } from './violations.ts';

export interface Publication {
  readonly manifest: Manifest;
  readonly image: Uint8Array;
  /** Relative to the cluster's zone. */
  readonly names: ReadonlySet<string>;
  /** By performance.now(). */
  readonly atMilliseconds: number;
}

export interface Bounds {
  /** Relative to the cluster's zone; they exist in the API all the time. */
  readonly constantNames: readonly string[];
  /** No more of the names may vanish at once, unless it was announced. */
  readonly maxLostPercent: number;
}

/** Fewer names say nothing. */
const fewNames = 10;

export class Publications {
  readonly all: Publication[] = [];
  readonly #violations: Violations;
  #bounds: Bounds;
  #mayLose = false;
  #mayBeginAgain = false;

  constructor(bounds: Bounds, violations: Violations) {
    this.#bounds = bounds;
    this.#violations = violations;
  }

  get last(): Publication | undefined {
    return this.all.at(-1);
  }

  /** From now on these names are there all the time. */
  set constantNames(constantNames: readonly string[]) {
    this.#bounds = { ...this.#bounds, constantNames };
  }

  /** What is deleted from now on is deleted indeed; until `false` is said. */
  set announcesDeletions(announces: boolean) {
    this.#mayLose = announces;
  }

  /** The edge has lost everything: a serial may begin again, below a new epoch. */
  forgetSerial(): void {
    this.#mayBeginAgain = true;
  }

  /** Takes what the edge has stored. A retry of the same is no publication. */
  note(manifestText: string, body: Uint8Array): void {
    const manifest = parseManifest(manifestText);
    if (manifest === undefined)
      return void this.#violations.note('manifest', `stored with no manifest: ${manifestText}`);
    const before = this.last;
    if (before?.manifest.epoch === manifest.epoch && before.manifest.serial === manifest.serial) return;
    const image = new Uint8Array(gunzipSync(body));
    const publication = { manifest, image, names: namesOf(image), atMilliseconds: performance.now() };
    this.all.push(publication);
    this.#check(before, publication);
  }

  #check(before: Publication | undefined, { manifest, names }: Publication): void {
    const version = `epoch ${manifest.epoch}, serial ${manifest.serial}`;
    for (const name of this.#bounds.constantNames) {
      if (!names.has(name)) this.#violations.note(`lost ${name}`, `${name} is not in ${version}`);
    }
    if (before === undefined) return;
    const mayFollow = this.#mayBeginAgain ? isNewer : maySucceed;
    this.#mayBeginAgain = false;
    if (!mayFollow(manifest, before.manifest)) {
      const { epoch, serial } = before.manifest;
      this.#violations.note('order', `${version} was stored after epoch ${epoch}, serial ${serial}`);
    }
    const lost = [...before.names].filter((name) => !names.has(name)).length;
    const isMuch = lost > fewNames && lost * 100 > before.names.size * this.#bounds.maxLostPercent;
    if (isMuch && !this.#mayLose) {
      this.#violations.note('mass deletion', `${lost} of ${before.names.size} names vanished with ${version}`);
    }
  }
}

function namesOf(image: Uint8Array): ReadonlySet<string> {
  const snapshot = decodeImage(image);
  if (snapshot.kind === 'retired') return new Set();
  const groups = snapshot.zones.flatMap((zone) => (zone.kind === 'cluster' ? zone.groups : []));
  return new Set(flatten(groups).names.map(formatRelativeName));
}
