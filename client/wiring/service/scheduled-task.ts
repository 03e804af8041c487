/**
 * The stub as a task that starts with Windows. It runs as the user who installs it, without a password kept (S4U), not as
 * SYSTEM: on Windows nobody needs rights to listen on port 53, and the profiles are that user's.
 */
import { powershell, quoted } from '../powershell.ts';
import type { Command, Step } from '../step.ts';

export const taskName = 'kube-doh-dns';

export function scheduledTaskSteps(command: Command, profilesFile: string): readonly Step[] {
  const [node, ...args] = command;
  const argument = ['--import', settingModule(profilesFile), ...args].map(word).join(' ');
  const lines = [
    `$action = New-ScheduledTaskAction -Execute ${quoted(node)} -Argument ${quoted(argument)}`,
    '$trigger = New-ScheduledTaskTrigger -AtStartup',
    '$user = [Security.Principal.WindowsIdentity]::GetCurrent().Name',
    '$principal = New-ScheduledTaskPrincipal -UserId $user -LogonType S4U -RunLevel Limited',
    '$settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 255 -RestartInterval (New-TimeSpan -Minutes 1)',
    `Register-ScheduledTask -TaskName ${quoted(taskName)} -Description 'Written by kube-doh, removed by kube-doh dns uninstall' -Action $action -Trigger $trigger -Principal $principal -Settings $settings | Out-Null`,
    `Start-ScheduledTask -TaskName ${quoted(taskName)}`,
  ];
  return [{ kind: 'run', starts: 'scheduled-task', command: powershell(lines) }];
}

/** A task has no environment of its own; and a shell that sets one would be ended with the task, but not the stub in it. */
function settingModule(profilesFile: string): string {
  const text = `process.env.KUBE_DOH_PROFILES = ${JSON.stringify(profilesFile)};`;
  return `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
}

/** As a program of Windows reads its command line. */
function word(text: string): string {
  return /^[^\s"]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}
