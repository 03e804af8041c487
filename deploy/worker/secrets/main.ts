/** `npm run secrets`. */
import { runCommand } from '../run-command.ts';
import { makeSecrets } from './make-secrets.ts';

await runCommand('secrets', makeSecrets);
