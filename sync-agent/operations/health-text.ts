/** Checks as the Kubernetes API server tells them on its own /livez and /readyz. */
import type { Check } from './health.ts';

export interface HealthAnswer {
  readonly isWell: boolean;
  readonly text: string;
}

/** Tells what fails; what does not fail too, where `?verbose` asks for it. */
export function healthAnswer(endpoint: string, checks: readonly Check[], isVerbose: boolean): HealthAnswer {
  const isWell = checks.every(({ failure }) => failure === undefined);
  if (isWell && !isVerbose) return { isWell, text: 'ok' };
  const lines = checks.map(({ name, failure, note = 'ok' }) =>
    failure === undefined ? `[+]${name} ${note}` : `[-]${name} failed: ${failure}`,
  );
  return { isWell, text: `${[...lines, `${endpoint} check ${isWell ? 'passed' : 'failed'}`].join('\n')}\n` };
}
