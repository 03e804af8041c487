/** A plan as text for people: each step with all that it writes and runs. */
import type { HostFacts } from './facts.ts';
import { formatListenAddress } from './listen-address.ts';
import type { Plan } from './plan.ts';
import { scriptOf } from './powershell.ts';
import { reloadOf } from './reload.ts';
import { shownCommand } from './shown-command.ts';
import { undoCommand } from './started.ts';
import type { State } from './state.ts';
import type { Command, Reloadable, Startable, Step } from './step.ts';

/** With a final line end. */
export function describePlan(plan: Plan, facts: HostFacts): string {
  const steps = plan.steps.filter((step) => step.kind !== 'reload' || step.when === 'do');
  const shown = steps.flatMap((step) => describeStep(step, facts));
  const undoable = plan.steps.flatMap((step) => {
    const isUndone = step.kind !== 'await-stub' && (step.kind !== 'reload' || step.when === 'undo');
    return isUndone ? [step] : [];
  });
  return [
    `Method ${plan.method}: ${plan.zones.join(', ')} are asked at ${formatListenAddress(plan.listen)}`,
    '',
    ...shown.flatMap((lines, i) => [`${i + 1}. ${lines[0]}`, ...indented(lines.slice(1))]),
    '',
    '"kube-doh dns uninstall" undoes this:',
    ...undoLines(undoable, facts),
    ...(plan.notes.length === 0 ? [] : ['', ...plan.notes.map((note) => `Note: ${note}`)]),
    '',
  ].join('\n');
}

/** What an uninstall takes back; with a final line end. */
export function describeUninstall({ method, done }: State, facts: HostFacts): string {
  return [`Takes back method ${method}:`, ...undoLines(done, facts), ''].join('\n');
}

function undoLines(steps: readonly Undoable[], facts: HostFacts): string[] {
  const undone = steps.toReversed().flatMap((step) => describeUndo(step, facts));
  return undone.flatMap(([headline, ...rest]) => [`- ${headline}`, ...indented(rest)]);
}

/** The first line is a headline. */
type Lines = readonly string[];

function describeStep(step: Step, facts: HostFacts): readonly Lines[] {
  switch (step.kind) {
    case 'file':
      return [[`write ${step.path} (mode ${step.mode.toString(8).padStart(4, '0')})`, ...linesOf(step.content)]];
    case 'edit':
      return [
        ...(step.replaces === 'file' ? [[`keep what is in ${step.path} in ${step.keptAt}`]] : []),
        [`write ${step.path} in place of the ${step.replaces}`, ...linesOf(step.content)],
      ];
    case 'run':
      return [runLines(step.command)];
    case 'reload':
      return reloadLines(step.service, facts);
    case 'await-stub':
      return [[`wait until the stub answers at ${formatListenAddress(step.listen)}`]];
  }
}

/** A step, or what was noted of it. */
type Undoable =
  | { readonly kind: 'folder' | 'file' | 'edit'; readonly path: string }
  | { readonly kind: 'run'; readonly starts: Startable }
  | { readonly kind: 'reload'; readonly service: Reloadable };

function describeUndo(step: Undoable, facts: HostFacts): readonly Lines[] {
  switch (step.kind) {
    case 'folder':
      return [[`remove ${step.path}, if it is empty`]];
    case 'file':
      return [[`remove ${step.path}`]];
    case 'edit':
      return [[`put back ${step.path}`]];
    case 'run':
      return [runLines(undoCommand(step.starts))];
    case 'reload':
      return reloadLines(step.service, facts);
  }
}

function reloadLines(service: Reloadable, facts: HostFacts): readonly Lines[] {
  const reload = reloadOf(service, facts);
  if (reload.kind === 'commands') return reload.commands.map(runLines);
  return reload.kind === 'by-hand' ? [[`left to you: ${reload.what}`]] : [];
}

function runLines(command: Command): Lines {
  const script = scriptOf(command);
  return script === undefined ? [`run ${shownCommand(command)}`] : ['run in PowerShell', ...script];
}

function linesOf(content: string): Lines {
  return content.replace(/\n$/, '').split('\n');
}

function indented(lines: Lines): string[] {
  return lines.map((line) => (line === '' ? '' : `     ${line}`));
}
