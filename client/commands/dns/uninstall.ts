/** `kube-doh dns uninstall`: takes back what an install did, and nothing else. */
import { parseCommandLine } from '../../../sync-agent/usage.ts';
import { describeUninstall } from '../../wiring/describe.ts';
import { gatherFacts } from '../../wiring/gather-facts.ts';
import { readStateFile, removeTraces } from '../../wiring/state-file.ts';
import { undo } from '../../wiring/undo.ts';
import { refuseUnprivileged } from './privilege.ts';
import { thisMachine } from './this-machine.ts';

const usage = `kube-doh dns uninstall [OPTIONS]

Takes back what "kube-doh dns install" did. A file that somebody has changed since is left as it is, and told.

  --dry-run              shows each step, and takes none
The exit code is 1 when something is left.
`;

const options = {
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine({ args: [...args], options }, 'kube-doh dns uninstall --help');
  if (values.help) return void process.stdout.write(usage);
  const { host, self } = thisMachine(process.env);
  const state = readStateFile(host);
  const facts = gatherFacts(host, self([]), state);
  if (state === undefined) {
    if (facts.isAdministrator && !values['dry-run']) removeTraces(host);
    return void process.stdout.write('nothing is installed\n');
  }
  if (values['dry-run']) return void process.stdout.write(describeUninstall(state, facts));
  refuseUnprivileged(facts, 'uninstall');
  const { problems, byHand, isComplete } = undo(host, facts, state);
  process.stdout.write(
    isComplete ? 'uninstalled\n' : 'not all is uninstalled: run this again when the reason is gone\n',
  );
  for (const line of byHand) process.stdout.write(`left to you: ${line}\n`);
  for (const line of problems) process.stderr.write(`kube-doh: ${line}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
