/** The machine to be wired, and whose profiles count there: those of the user who called sudo, not root's. */
import { existsSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { profilesPath } from '../../profiles/profiles-path.ts';
import type { Self } from '../../wiring/gather-facts.ts';
import type { Host } from '../../wiring/host.ts';
import { SystemHost } from '../../wiring/system-host.ts';

export interface ThisMachine {
  readonly host: Host;
  /** Absolute. */
  readonly profilesFile: string;
  /** In which the profiles are those of the user. */
  readonly environment: NodeJS.ProcessEnv;
  /** `authorityFiles`: those of the profiles. */
  self(authorityFiles: readonly string[]): Self;
}

export function thisMachine(environment: NodeJS.ProcessEnv): ThisMachine {
  const host = new SystemHost();
  const userId = process.getuid?.();
  const sudoUser = userId === 0 ? callerOf(environment) : undefined;
  const home = sudoUser === undefined ? undefined : homeOf(host, sudoUser);
  const profilesFile = profilesPath(home === undefined ? environment : { ...environment, HOME: home });
  return {
    host,
    profilesFile,
    environment: { ...environment, KUBE_DOH_PROFILES: profilesFile },
    self(authorityFiles) {
      const node = lastingNode(environment);
      const script = lastingScript();
      return {
        userId,
        // Who only looks what would happen would call sudo for it.
        caller: sudoUser ?? (userId === 0 || userId === undefined ? undefined : userInfo().username),
        launcher: [node, ...process.execArgv, script],
        files: [node, ...[process.execPath, script, ...authorityFiles].map(withoutLinks)],
      };
    },
  };
}

function callerOf({ SUDO_USER: caller }: NodeJS.ProcessEnv): string | undefined {
  return caller === undefined || caller === '' || caller === 'root' ? undefined : caller;
}

/** As the system knows it: sudo may keep the caller's HOME, or not. */
function homeOf(host: Host, user: string): string | undefined {
  if (host.platform === 'darwin') {
    const { stdout } = host.run(['dscl', '.', '-read', `/Users/${user}`, 'NFSHomeDirectory']);
    return /^NFSHomeDirectory: (\/.*)$/m.exec(stdout)?.[1];
  }
  // passwd(5): the sixth field.
  const home = host.run(['getent', 'passwd', user]).stdout.split(':')[5];
  return home?.startsWith('/') === true ? home : undefined;
}

/** Node as `PATH` has it, where that is the one that runs: the path behind the links changes with each version. */
function lastingNode({ PATH: path = '' }: NodeJS.ProcessEnv): string {
  const name = basename(process.execPath);
  const candidates = path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name));
  return candidates.find((candidate) => withoutLinks(candidate) === process.execPath) ?? process.execPath;
}

/** Behind the links: those that npx makes are in a cache, under somebody's home. Nor what installs packages: no service can. */
function lastingScript(): string {
  const script = withoutLinks(resolve(process.argv[1] ?? ''));
  const start = join(dirname(script), 'start.mjs');
  return existsSync(start) ? start : script;
}

function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
