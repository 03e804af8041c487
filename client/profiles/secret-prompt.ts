/** Asks for a secret on the terminal, which shows nothing of it. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Rejects when nothing was typed. The standard input must be a terminal; the question goes to the standard error. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_, __, done) => done() });
  // It takes over from the terminal, which would show what is typed.
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      // Ctrl-C and Ctrl-D.
      lines.once('SIGINT', () => lines.close());
      lines.once('close', () => reject(new Error('nothing was typed: nothing is kept')));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
