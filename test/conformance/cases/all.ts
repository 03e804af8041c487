/** Every case, by topic. */
import type { Topic } from '../case.ts';
import { caching } from './caching.ts';
import { dnssec } from './dnssec.ts';
import { edns } from './edns.ts';
import { extendedErrors } from './extended-errors.ts';
import { header } from './header.ts';
import { httpCredentials } from './http-credentials.ts';
import { httpLimits } from './http-limits.ts';
import { httpMessages } from './http-messages.ts';
import { httpProtocol } from './http-protocol.ts';
import { jsonAnswers } from './json-answers.ts';
import { jsonHttp } from './json-http.ts';
import { jsonQuestions } from './json-questions.ts';
import { namesAsked } from './names-asked.ts';
import { opcodes } from './opcodes.ts';
import { outsideNames } from './outside.ts';
import { rfc8906 } from './rfc8906.ts';
import { sections } from './sections.ts';
import { sets } from './sets.ts';
import { specialUse } from './special-use.ts';
import { staleness } from './staleness.ts';

export const topics: readonly Topic[] = [
  httpMessages,
  httpProtocol,
  httpCredentials,
  httpLimits,
  caching,
  header,
  sections,
  sets,
  namesAsked,
  opcodes,
  rfc8906,
  edns,
  extendedErrors,
  dnssec,
  staleness,
  specialUse,
  outsideNames,
  jsonQuestions,
  jsonAnswers,
  jsonHttp,
];
