/** Asks the API server what the agent may do (SelfSubjectAccessReview, authorization.k8s.io/v1). */
import type { KubeApi } from '../kube/connection.ts';
import { KubeError } from '../kube/error.ts';
import { fieldsOf } from '../kube/json.ts';
import type { Need, Verb } from './needs.ts';

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const maxAtOnce = 8;
const timeoutMilliseconds = 10_000;

/** The verbs of a need that are not granted. */
export interface Missing {
  readonly need: Need;
  readonly verbs: readonly Verb[];
}

/**
 * Those of the needs that are not granted, in their order. Rejects with KubeError when one of the questions is not
 * answered, and with the reason of the signal.
 */
export async function missingOf(
  api: KubeApi,
  needs: readonly Need[],
  signal: AbortSignal,
): Promise<readonly Missing[]> {
  const questions = needs.flatMap((need) => need.verbs.map((verb) => ({ need, verb })));
  const isGranted: boolean[] = [];
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let next = 0;
  const askOn = async (): Promise<void> => {
    for (let i = next++; i < questions.length; i = next++) {
      const { need, verb } = questions[i]!;
      isGranted[i] = await mayDo(api, need, verb, either);
    }
  };
  const askers = Array.from({ length: maxAtOnce }, () =>
    askOn().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(askers);
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
  const denied = questions.filter((_, i) => !isGranted[i]);
  return needs
    .map((need) => ({ need, verbs: denied.filter((question) => question.need === need).map(({ verb }) => verb) }))
    .filter(({ verbs }) => verbs.length > 0);
}

async function mayDo(api: KubeApi, need: Need, verb: Verb, signal: AbortSignal): Promise<boolean> {
  const { group, resource, namespace, name } = need;
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    // What is not there stands for all.
    spec: { resourceAttributes: { verb, group, resource, namespace, name } },
  };
  const { status } = fieldsOf(await api.send('POST', path, review, { signal, timeoutMilliseconds }));
  const { allowed } = fieldsOf(status);
  if (typeof allowed === 'boolean') return allowed;
  throw new KubeError('BAD_RESPONSE', 'the API server sent something else than the outcome of an access review');
}
