/** `kube-doh why`: why a name resolves or does not, from the question to the cause. */
import { plainJson } from '../export/plain-json.ts';
import { tellFailure } from '../failure.ts';
import { reportJson, type Verdict, verdictOf } from '../why/report.ts';
import { reportText } from '../why/report-text.ts';
import { readWhyCommand, usage } from './why/command-line.ts';
import { investigate } from './why/investigate.ts';

const exitCodes: Readonly<Record<Verdict, number>> = { found: 0, cause: 1, unknown: 2 };

/** Never rejects: what goes wrong is told, and has an exit code of its own. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    const command = readWhyCommand(args, process.env);
    if (command.kind === 'help') return void process.stdout.write(usage);
    const report = await investigate(command, process.env);
    process.stdout.write(command.asJson ? `${plainJson(reportJson(report))}\n` : reportText(report));
    process.exitCode = exitCodes[verdictOf(report)];
  } catch (error) {
    tellFailure(error);
    process.exitCode = exitCodes.unknown;
  }
}
