/** The package on the oldest Node that it says it runs on, on the newest of that line, and on the newest of all. */
import { leastNode } from '../../../deploy/bundle/opening.ts';
import { testEverydayUse } from '../package/everyday-use.ts';
import { nodeOf } from './nodes.ts';

for (const version of [leastNode, '22.23.3', '26.10.0']) testEverydayUse(version, () => nodeOf(version));
