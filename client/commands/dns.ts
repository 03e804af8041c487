/** `kube-doh dns`: answers names on this machine, and makes the system ask there. */
import { UsageError } from '../../sync-agent/usage.ts';
import { keepMemoryModest } from './dns/modest-memory.ts';

interface Action {
  run(args: readonly string[]): Promise<void>;
}

const actions: Readonly<Record<string, () => Promise<Action>>> = {
  install: () => import('./dns/install.ts'),
  uninstall: () => import('./dns/uninstall.ts'),
  status: () => import('./dns/status.ts'),
};

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const [action, ...others] = args;
  if (action === undefined || action.startsWith('-')) {
    keepMemoryModest();
    return await (await import('./dns/serve.ts')).run(args);
  }
  const load = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (load === undefined) throw new UsageError(`there is no command "dns ${action}"; see kube-doh dns --help`);
  await (await load()).run(others);
}
