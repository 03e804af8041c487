/** Runs client-dnspython.py with the Python that Debian's packages belong to. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ClientAnswer } from './clients.ts';
import type { Ready } from './program.ts';

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('./client-dnspython.py', import.meta.url));

export type Question = readonly [name: string, type: string];

export interface Way {
  readonly method: 'post' | 'get';
  readonly tokenIn: 'path' | 'header';
}

/** With `dns.query.https`, all questions on one connection. */
export function askWithPython(ready: Ready, way: Way, questions: readonly Question[]): Promise<ClientAnswer[]> {
  const where = way.tokenIn === 'path' ? [ready.doh, ready.ca] : [`${ready.url}/dns-query`, ready.ca, ready.token];
  return run([way.method, ...where], questions, {});
}

/** With `dns.resolver`; the RCODE is the name of its exception. */
export function resolveWithPython(
  ready: Ready,
  questions: readonly Question[],
): Promise<Pick<ClientAnswer, 'rcode' | 'answer'>[]> {
  // The resolver has no parameter for the authority; the library below it reads this variable.
  return run(['resolver', ready.doh], questions, { SSL_CERT_FILE: ready.ca });
}

async function run<Answer>(
  args: readonly string[],
  questions: readonly Question[],
  environment: Readonly<Record<string, string>>,
): Promise<Answer[]> {
  const program = spawn(python, ['-I', script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  program.stdin.end(JSON.stringify(questions));
  return JSON.parse(await text(program.stdout)) as Answer[];
}
