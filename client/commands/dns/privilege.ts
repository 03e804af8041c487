/** Who may change a system. */
import type { HostFacts } from '../../wiring/facts.ts';
import { shownCommand } from '../../wiring/shown-command.ts';
import { WiringError } from '../../wiring/wiring-error.ts';

/**
 * Throws WiringError, which says how to run the action with all rights: by full paths, since root may have neither Node nor
 * this command in its PATH, and npx would look for a package of that name elsewhere.
 */
export function refuseUnprivileged({ isAdministrator, platform, launcher }: HostFacts, action: string): void {
  if (isAdministrator) return;
  const command = shownCommand([...launcher, 'dns', action]);
  const how =
    platform === 'win32'
      ? 'in a terminal that runs as administrator'
      : `as root, with the options that you gave: sudo ${command}`;
  throw new WiringError('NOT_PERMITTED', `this changes the system; --dry-run shows what it does. Run it ${how}`);
}
