/** What either side answers to a question. Pure. */
import { type Answer, answerOf } from '../answer.ts';
import { forwardAnswer, possibleAnswers } from './forward.ts';
import { placeOf, type Question } from './question.ts';
import { reverseAnswer } from './reverse.ts';
import type { World } from './world.ts';

export function predict(question: Question, world: World): Answer {
  const place = placeOf(question.name, world.variation);
  if (place === undefined) return answerOf(world.differs('reverse-zones') ? 'REFUSED' : 'SERVFAIL');
  const first = question.type === 'ANY' && world.differs('any') ? firstSet(question, world) : undefined;
  if (first !== undefined) return first;
  return place.zone.endsWith('.arpa') ? reverseAnswer(question, place, world) : forwardAnswer(question, place, world);
}

/** What the name has of the first type that it has anything of. */
function firstSet(question: Question, world: World): Answer | undefined {
  for (const type of ['CNAME', 'A', 'AAAA', 'SRV', 'PTR', 'TXT', 'NS', 'SOA'] as const) {
    const found = predict({ ...question, type }, world);
    if (found.answer.length > 0) return found;
  }
  return undefined;
}

/** The same for CoreDNS, which does not always answer the same. */
export function predictCoreDns(question: Question, world: World): Answer[] {
  const place = placeOf(question.name, world.variation);
  if (place === undefined || place.zone.endsWith('.arpa')) return [predict(question, world)];
  return possibleAnswers(question, place, world);
}
