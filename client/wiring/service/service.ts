/** The stub as a service of the system, started with it and again when it ends. */
import type { HostFacts } from '../facts.ts';
import type { WiringSettings } from '../settings.ts';
import type { Step } from '../step.ts';
import { type Stub, stubCommand } from '../stub-command.ts';
import { launchdSteps } from './launchd.ts';
import { scheduledTaskSteps } from './scheduled-task.ts';
import { systemdSteps } from './systemd.ts';

/** Undefined where nothing is known that starts services. */
export function serviceSteps(
  facts: HostFacts,
  stub: Stub,
  { stubOptions, service }: Pick<WiringSettings, 'stubOptions' | 'service'>,
): readonly Step[] | undefined {
  if (service === undefined) return undefined;
  const command = stubCommand(facts, stub, stubOptions);
  switch (facts.init.kind) {
    case 'systemd':
      return systemdSteps(facts, facts.init.version, command, stub.listen.port, service.profilesFile);
    case 'launchd':
      return launchdSteps(command, facts.caller, service.profilesFile);
    case 'task-scheduler':
      return scheduledTaskSteps(command, service.profilesFile);
    case 'openrc':
    case 'none':
      return undefined;
  }
}

export function canStartServices({ init }: HostFacts): boolean {
  return init.kind !== 'openrc' && init.kind !== 'none';
}
