/** Checks of answers as JSON, in the form that Google Public DNS gave them. */
import type { Check, Complaint } from '../case.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { status } from './http.ts';

export type JsonFields = Readonly<Record<string, unknown>>;

/** A check of the object, which also wants status 200 and a media type of JSON. */
export function json(look: (fields: JsonFields, answer: HttpAnswer) => Complaint): Check {
  return (answer, request) => {
    const wrong = status(200)(answer, request);
    if (wrong !== undefined) return wrong;
    const type = answer.headers['content-type'] ?? '';
    if (!/^application\/(dns-)?json(;|$)/.test(type)) return `"content-type: ${type}"`;
    const fields = fieldsOf(answer);
    return fields === undefined ? 'the body is not a JSON object' : look(fields, answer);
  };
}

/** Each field is exactly this; undefined: it is not there. */
export function jsonHas(wanted: JsonFields): Check {
  return json((fields) => {
    for (const [name, value] of Object.entries(wanted)) {
      const seen = JSON.stringify(fields[name]);
      if (seen !== JSON.stringify(value)) return `"${name}" is ${seen}, not ${JSON.stringify(value)}`;
    }
    return undefined;
  });
}

/** A refusal of the request: status 400 and one line that says why. */
export const jsonRefused: Check = (answer, request) => {
  const wrong = status(400)(answer, request);
  if (wrong !== undefined) return wrong;
  const text = fieldsOf(answer)?.['error'];
  return typeof text === 'string' && /^[^\n]+$/.test(text) ? undefined : 'no line that says what is wrong';
};

function fieldsOf({ body }: HttpAnswer): JsonFields | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonFields) : undefined;
  } catch {
    return undefined;
  }
}
