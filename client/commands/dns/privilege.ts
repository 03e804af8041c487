/** Who may change a system. */
import type { HostFacts } from '../../wiring/facts.ts';
import { WiringError } from '../../wiring/wiring-error.ts';

/** Throws WiringError. */
export function refuseUnprivileged({ isAdministrator, platform }: HostFacts): void {
  if (isAdministrator) return;
  const how = platform === 'win32' ? 'in a terminal that runs as administrator' : 'as root, with sudo';
  throw new WiringError('NOT_PERMITTED', `this changes the system: run it ${how}; --dry-run shows what it does`);
}
