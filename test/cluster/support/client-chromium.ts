/** Chromium without a window: loads one page, as a user with an empty profile would. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientMachine } from './client-machine.ts';
import type { Ready } from './program.ts';

/** Sends nothing of its own, and needs no graphics; root may not have a sandbox. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  /** The page as HTML, with "secure DNS" off or by the endpoint alone. Rejects, if it does not load, with the browser's reason. */
  load(url: string, secureDns: 'off' | 'secure'): Promise<string>;
}

/** The authority of `ready` is trusted in the browser's own home folder, and nowhere else. */
export async function installBrowser(machine: ClientMachine, ready: Ready): Promise<Browser> {
  const home = mkdtempSync(join(machine.directory, 'browser-'));
  const database = join(home, '.pki/nssdb');
  mkdirSync(database, { recursive: true });
  await machine.run('certutil', ['-N', '-d', `sql:${database}`, '--empty-password']);
  await machine.run('certutil', ['-A', '-d', `sql:${database}`, '-n', 'kube-doh', '-t', 'C,,', '-i', ready.ca]);
  return {
    load: async (url, secureDns) => {
      const profile = mkdtempSync(join(home, 'profile-'));
      // What the settings page "Use secure DNS" with a custom provider writes.
      const settings = { dns_over_https: { mode: secureDns, templates: secureDns === 'off' ? '' : ready.doh } };
      writeFileSync(join(profile, 'Local State'), JSON.stringify(settings));
      const args = [...flags, `--user-data-dir=${profile}`, '--dump-dom', url];
      const { stdout, stderr } = await machine.run('chromium', args, { HOME: home, TMPDIR: home });
      // It ends with 0 even then, and prints no page.
      const reason = /Page load failed: (.*)/.exec(stderr)?.[1];
      if (reason !== undefined) throw new Error(reason);
      return stdout;
    },
  };
}
