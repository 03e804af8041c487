/**
 * The stub resolver: a question in, its answer out. It knows whom to ask for which zones, keeps what they said for as long
 * as they said, and goes on with that for a while when they are silent (RFC 8767). No sockets, no clock of its own.
 */
import { type Echo, parseQuery, type Query } from '../../worker/message/query.ts';
import type { Random } from '../../worker/message/random-order.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import { formatName, type Name, type SpelledName } from '../../zone/name.ts';
import { type AnswerBody, emptyBody } from './answer-body.ts';
import { AnswerCache } from './answer-cache.ts';
import { maxAnswerOctets, minUdpOctets } from './answer-size.ts';
import type { CachedAnswer } from './cached-answer.ts';
import type { Chase, Clock, Others, Transport, ZoneSource } from './contract.ts';
import { ElapsedTime } from './elapsed-time.ts';
import { errorOption, joined, noErrors } from './error-options.ts';
import { failureErrors } from './failure-errors.ts';
import { Forwarding } from './forwarding.ts';
import { type Lane, laneOf } from './lane.ts';
import { hashOf, lastingQuestion, nameText } from './question.ts';
import { servingPlan } from './serving-plan.ts';
import { type Outcome, SourceAsking } from './source-asking.ts';
import type { StubEvent } from './stub-event.ts';
import { type After, afterTimeout, within } from './time-limit.ts';
import { type Ttls, writeAnswer } from './write-answer.ts';
import { type ZoneHolder, ZoneTable } from './zone-table.ts';

export interface StubOptions {
  readonly sources: readonly ZoneSource[];
  /** Who is asked for them never hears of names in `ownZones`, nor in a zone that a source had once. */
  readonly others: Others;
  readonly ownZones?: readonly Name[];
  /** Undefined: aliases that lead out of the zones are answered as they are. */
  readonly chase?: Chase | undefined;
  readonly clock: Clock;
  /** For how long answers past their time serve while their source fails; 0: never. */
  readonly staleSeconds: number;
  readonly random: Random;
  readonly tell: (event: StubEvent) => void;
  /** Unless given, as the platform does it. */
  readonly after?: After;
  /** What is kept of answers; an estimate. */
  readonly maxCacheOctets?: number;
}

/** `undefined`: say nothing. */
export type StubAnswer = Uint8Array | undefined;
type Answering = StubAnswer | Promise<StubAnswer>;
type Kept = CachedAnswer | undefined;

/** As much as unbound keeps of messages unless told: some thousand. */
const defaultCacheOctets = 4 * 1024 * 1024;
/** RFC 8767 §4 recommends 30; names of pods change faster. */
const staleTtl = { kind: 'fixed', seconds: 5 } as const;
/** RFC 8767 §5: before the client gives up. */
const staleAfterMilliseconds = 1800;
/** Who asks when so many wait already is not answered, as by a network that is full: clients ask again. */
const maxWaiting = 10_000;

const unaged: Ttls = { kind: 'aged', seconds: 0 };
const staleAnswer = errorOption('Stale Answer', '');
const staleNxdomain = errorOption('Stale NXDOMAIN Answer', '');
const tooMany = emptyBody(rcodes.SERVFAIL, errorOption('Not Ready', 'too many questions are under way'));

export class StubResolver {
  readonly #options: StubOptions;
  readonly #after: After;
  readonly #elapsed: ElapsedTime;
  readonly #cache: AnswerCache;
  readonly #asking: SourceAsking;
  readonly #forwarding: Forwarding | undefined;
  #waiting = 0;
  #lanes: readonly Lane[] = [];
  #zones = new ZoneTable<Lane>([]);
  /** In which names are private, whoever answers them now. */
  readonly #ownZones: Set<Name>;
  #own = new ZoneTable<ZoneHolder>([]);
  #outside: AnswerBody = emptyBody(rcodes.REFUSED);

  constructor(options: StubOptions) {
    const {
      others,
      chase,
      clock,
      staleSeconds,
      tell,
      after = afterTimeout,
      maxCacheOctets = defaultCacheOctets,
    } = options;
    this.#options = options;
    this.#ownZones = new Set(options.ownZones);
    this.#after = after;
    this.#elapsed = new ElapsedTime(clock);
    this.#cache = new AnswerCache(maxCacheOctets);
    this.#asking = new SourceAsking({
      cache: this.#cache,
      elapsed: this.#elapsed,
      holderOf: (name) => this.#zones.holderOf(name),
      chase: chase && ((target, type) => (this.#isOwn(target) ? Promise.resolve(undefined) : chase(target, type))),
      staleSeconds,
      after,
      tell,
    });
    this.#forwarding = others.kind === 'forward' ? new Forwarding(others, after) : undefined;
    this.replaceSources(options.sources);
  }

  /** What came from a source that stays, the same object, is still answered. */
  replaceSources(sources: readonly ZoneSource[]): void {
    this.#lanes = sources.map((source) => this.#lanes.find((lane) => lane.source === source) ?? laneOf(source));
    this.#zones = new ZoneTable(this.#lanes);
    for (const zone of sources.flatMap((source) => source.zones)) this.#ownZones.add(zone);
    this.#own = new ZoneTable([{ zones: [...this.#ownZones] }]);
    this.#cache.keepOnly(({ question, lane }) => this.#zones.holderOf(nameText(question.qname)) === lane);
    const zones = sources.flatMap((source) => source.zones.map(formatName));
    const text =
      zones.length === 0 ? 'there is no zone to answer for' : `only these zones are answered: ${zones.join(' ')}`;
    this.#outside = emptyBody(rcodes.REFUSED, errorOption('Not Authoritative', text));
  }

  /** Never throws, never rejects. The message must not change afterwards. */
  answer(message: Uint8Array, transport: Transport): Answering {
    const parsed = parseQuery(message);
    if (parsed.kind === 'malformed') return undefined;
    if (parsed.kind === 'error') return this.#bare(parsed.to, emptyBody(rcodes[parsed.rcode]));
    const { query } = parsed;
    const hash = hashOf(query);
    const now = this.#elapsed.milliseconds();
    const kept = this.#cache.find(query, hash);
    if (kept !== undefined && now < kept.freshUntil) {
      return this.#fresh(query, kept, now, maxAnswerOctets(message, query, transport));
    }
    const lane = this.#zones.holderOf(nameText(query.qname));
    if (lane !== undefined) return this.#ask(query, hash, lane, kept, now, maxAnswerOctets(message, query, transport));
    if (this.#forwarding === undefined || this.#isOwn(nameText(query.qname))) return this.#bare(query, this.#outside);
    return this.#forwarding.answer(message, query, transport);
  }

  #isOwn(name: SpelledName): boolean {
    return this.#own.holderOf(name) !== undefined;
  }

  #ask(query: Query, hash: number, lane: Lane, kept: Kept, now: number, maxOctets: number): Answering {
    const plan = servingPlan(kept, lane, now);
    if (plan === 'stale') return this.#stale(query, kept!, maxOctets);
    const asked = this.#asking.ask(lastingQuestion(query), hash, lane, now);
    if (plan === 'stale-and-ask' || (plan === 'ask-or-stale' && asked === undefined)) {
      return this.#stale(query, kept!, maxOctets);
    }
    if (asked === undefined) return this.#bare(query, tooMany);
    if (this.#waiting >= maxWaiting) return undefined;
    this.#waiting += 1;
    const answer =
      plan === 'ask'
        ? asked.then((outcome) => this.#concluded(query, outcome, undefined, maxOctets))
        : this.#soon(query, asked, lane, kept!, now, maxOctets);
    return answer.finally(() => {
      this.#waiting -= 1;
    });
  }

  /** Past its time rather than late. */
  async #soon(
    query: Query,
    asked: Promise<Outcome>,
    lane: Lane,
    kept: CachedAnswer,
    since: number,
    maxOctets: number,
  ): Promise<Uint8Array> {
    const outcome = await within(asked, staleAfterMilliseconds, this.#after);
    if (outcome !== 'late') return this.#concluded(query, outcome, kept, maxOctets);
    kept.triedAt = this.#elapsed.milliseconds();
    this.#asking.noteLate(lane, since);
    return this.#stale(query, kept, maxOctets);
  }

  #concluded(query: Query, outcome: Outcome, kept: Kept, maxOctets: number): Uint8Array {
    const now = this.#elapsed.milliseconds();
    if (outcome.kind === 'answer') return this.#fresh(query, outcome.answer, now, maxOctets);
    if (kept !== undefined && now < kept.staleUntil) return this.#stale(query, kept, maxOctets);
    return this.#bare(query, outcome.body, maxOctets);
  }

  #fresh(query: Query, { body, storedAt }: CachedAnswer, now: number, maxOctets: number): Uint8Array {
    const ttls: Ttls = { kind: 'aged', seconds: Math.floor((now - storedAt) / 1000) };
    return writeAnswer(query, body, ttls, noErrors, maxOctets, this.#options.random);
  }

  #stale(query: Query, { body, lane }: CachedAnswer, maxOctets: number): Uint8Array {
    const stale = body.rcode === rcodes.NXDOMAIN ? staleNxdomain : staleAnswer;
    const { failure, source } = lane;
    const errors = failure === undefined ? stale : joined(stale, failureErrors(failure, source.name));
    return writeAnswer(query, body, staleTtl, errors, maxOctets, this.#options.random);
  }

  /** Without records that were kept, so nothing has aged. */
  #bare(to: Echo, body: AnswerBody, maxOctets = minUdpOctets): Uint8Array {
    return writeAnswer(to, body, unaged, noErrors, maxOctets, this.#options.random);
  }
}
