/** Why names of an ExternalName Service lead nowhere. Pure. */
import { isIP } from 'node:net';
import { NameError, parseName, root } from '../../../zone/name.ts';
import { type Finding, finding, nameIn, type Question } from './finding.ts';
import type { KubeService } from './objects.ts';

/** Undefined when it is none. */
export function causeOfExternalName(question: Question, service: KubeService): Finding | undefined {
  const { name, type, externalName } = service;
  if (type !== 'ExternalName') return undefined;
  const target = externalName.replace(/\.$/, '');
  if (!isDomain(target)) {
    const what = target === '' ? 'no externalName' : `the externalName "${externalName}", which is no domain name`;
    return finding(
      'EXTERNAL_NAME_INVALID',
      `Service ${name} is an ExternalName with ${what}.`,
      'Give it the domain name of a host; for addresses, make a Service without a selector and an EndpointSlice.',
    );
  }
  if (question.host !== undefined || question.protocol !== undefined) {
    return finding(
      'EXTERNAL_NAME_HAS_NO_PODS',
      `Service ${name} is an alias of ${target} (ExternalName), so nothing is below its name.`,
      `Ask for ${nameIn(question, name)}, or for ${target}.`,
    );
  }
  return finding(
    'EXTERNAL_NAME_TARGET',
    `Service ${name} is an alias of ${target} (ExternalName), which has no such records.`,
    `See whether ${target} exists, and correct the externalName if it does not.`,
  );
}

function isDomain(text: string): boolean {
  if (text === '' || isIP(text) !== 0) return false;
  try {
    return parseName(text) !== root;
  } catch (error) {
    if (error instanceof NameError) return false;
    throw error;
  }
}
