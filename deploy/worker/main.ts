/** `npm run deploy`. */
import { deployWorker } from './deploy-worker.ts';
import { runCommand } from './run-command.ts';

await runCommand('deploy', deployWorker);
