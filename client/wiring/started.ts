/** How what an install has started is taken away again. */
import { removeRules } from './methods/windows.ts';
import { powershell, quoted } from './powershell.ts';
import { launchdLabel } from './service/launchd.ts';
import { taskName } from './service/scheduled-task.ts';
import { serviceUnit, watchUnit } from './service/systemd.ts';
import type { Command, Startable } from './step.ts';

export function undoCommand(started: Startable): Command {
  return undoCommands[started];
}

const undoCommands: Readonly<Record<Startable, Command>> = {
  'systemd-service': ['systemctl', 'disable', '--now', serviceUnit],
  'systemd-watch': ['systemctl', 'disable', '--now', watchUnit],
  'launchd-service': ['launchctl', 'bootout', `system/${launchdLabel}`],
  'scheduled-task': powershell([
    `Stop-ScheduledTask -TaskName ${quoted(taskName)}`,
    `Unregister-ScheduledTask -TaskName ${quoted(taskName)} -Confirm:$false`,
  ]),
  'nrpt-rules': powershell([removeRules]),
};
