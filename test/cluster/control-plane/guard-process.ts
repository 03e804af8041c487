/** The guard's program, `node guard-process.ts DIRECTORY`: see guard.ts. */
import { text } from 'node:stream/consumers';
import { keepWord } from './guard.ts';
import { removeControlPlane } from './removal.ts';

const [directory] = process.argv.slice(2);
const lastWords = await text(process.stdin);
if (directory !== undefined && lastWords !== keepWord) await removeControlPlane(directory);
