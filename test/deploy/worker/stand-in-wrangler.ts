/** A `wrangler` that asks no account: it notes what it is called with, and lists and keeps secrets in a file. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const script = `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const folder = process.env.STAND_IN_ACCOUNT;
const args = process.argv.slice(2);
const { failure, secrets } = JSON.parse(readFileSync(join(folder, 'account.json'), 'utf8'));
const command = args.filter((arg) => !arg.startsWith('-')).slice(0, 2).join(' ');
const input = command === 'secret bulk' ? readFileSync(0, 'utf8') : '';
appendFileSync(join(folder, 'calls'), JSON.stringify({ args, input }) + '\\n');
if (failure !== undefined) {
  process.stderr.write('\\n\\u001b[31mX \\u001b[41;31m[\\u001b[41;97mERROR\\u001b[41;31m]\\u001b[0m ' + failure + '\\n\\n');
  process.exit(1);
}
if (command === 'secret list') process.stdout.write(JSON.stringify(secrets.map((name) => ({ name, type: 'secret_text' }))));
if (command === 'secret bulk') {
  const all = [...new Set([...secrets, ...Object.keys(JSON.parse(input))])];
  writeFileSync(join(folder, 'account.json'), JSON.stringify({ secrets: all }));
}
`;

export interface Call {
  readonly args: readonly string[];
  readonly input: string;
}

/** An account with these secrets, or one that refuses everything. */
export class StandInWrangler {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kube-doh-wrangler-'));

  constructor(account: { readonly secrets: readonly string[] } | { readonly failure: string }) {
    const bin = join(this.#folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'wrangler'), script);
    chmodSync(join(bin, 'wrangler'), 0o755);
    writeFileSync(join(this.#folder, 'account.json'), JSON.stringify(account));
    writeFileSync(join(this.#folder, 'calls'), '');
  }

  /** For what is to find it first. */
  get environment(): NodeJS.ProcessEnv {
    const path = [join(this.#folder, 'bin'), process.env['PATH']].join(delimiter);
    return { ...process.env, PATH: path, STAND_IN_ACCOUNT: this.#folder };
  }

  get calls(): readonly Call[] {
    const lines = readFileSync(join(this.#folder, 'calls'), 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Call);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
