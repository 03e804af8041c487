/**
 * The syntax of label selectors, as an API server reads them (apimachinery, labels.Parse), so that a wrong one is told
 * before anything is asked. Which objects match is the API server's business. Pure.
 *
 *     selector    = requirement *( "," requirement )
 *     requirement = ["!"] key / key ( "=" / "==" / "!=" ) [value] / key ( ">" / "<" ) integer
 *                 / key ( "in" / "notin" ) "(" [value] *( "," [value] ) ")"
 */

const end = 'the end';

/** Why the text is no label selector; undefined when it is one. An empty one, which selects everything, is one. */
export function selectorFault(text: string): string | undefined {
  const tokens = text.match(/==|!=|[=!<>(),]|[^\s=!<>(),]+/g) ?? [];
  if (tokens.length === 0) return undefined;
  const reader = new TokenReader(tokens);
  do {
    const fault = requirementFault(reader);
    if (fault !== undefined) return fault;
  } while (reader.skip(','));
  return reader.peek() === end ? undefined : expected('a comma', reader.peek());
}

class TokenReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  peek(): string {
    return this.#tokens[this.#at] ?? end;
  }

  next(): string {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Whether the token was the next one; then it is read. */
  skip(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#at += 1;
    return true;
  }
}

function requirementFault(reader: TokenReader): string | undefined {
  const isNegated = reader.skip('!');
  const fault = keyFault(reader.next());
  if (fault !== undefined) return fault;
  const isOver = reader.peek() === end || reader.peek() === ',';
  if (isOver) return undefined;
  if (isNegated) return expected('a comma', reader.peek());
  const operator = reader.next();
  switch (operator) {
    case '=':
    case '==':
    case '!=':
      return isSymbol(reader.peek()) ? undefined : valueFault(reader.next());
    case '>':
    case '<':
      return /^-?\d+$/.test(reader.peek()) ? valueFault(reader.next()) : expected('a whole number', reader.peek());
    case 'in':
    case 'notin':
      return setFault(reader);
    default:
      return expected('one of = == != > < in notin', operator);
  }
}

function setFault(reader: TokenReader): string | undefined {
  if (!reader.skip('(')) return expected('"("', reader.peek());
  do {
    const fault = isSymbol(reader.peek()) ? undefined : valueFault(reader.next());
    if (fault !== undefined) return fault;
  } while (reader.skip(','));
  return reader.skip(')') ? undefined : expected('"," or ")"', reader.peek());
}

/** What cannot begin a value: the value is empty then, or missing where the next token is of no use either. */
function isSymbol(token: string): boolean {
  return token === end || /^[=!<>(),]/.test(token);
}

const namePattern = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const domainPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function keyFault(key: string): string | undefined {
  if (isSymbol(key)) return expected('the key of a label', key);
  const [name = '', prefix, ...others] = key.split('/').reverse();
  const isKey =
    others.length === 0 &&
    isName(name) &&
    (prefix === undefined || (prefix.length <= 253 && domainPattern.test(prefix)));
  return isKey ? undefined : `${shown(key)} cannot be the key of a label`;
}

function valueFault(value: string): string | undefined {
  return isName(value) ? undefined : `${shown(value)} cannot be the value of a label`;
}

function isName(text: string): boolean {
  return text.length <= 63 && namePattern.test(text);
}

function expected(what: string, found: string): string {
  return `${shown(found)} stands where ${what} is expected`;
}

function shown(token: string): string {
  return token === end ? end : JSON.stringify(token);
}
