/** Ed25519 signatures of manifests. */
import { expect, test } from 'vitest';
import { isSignedBy } from '../../../worker/snapshots/signature.ts';
import { Agent } from '../support/agent.ts';
import { webAt } from '../support/zone.ts';

test('one of the keys must have made it', async () => {
  const [agent, other, third] = [await Agent.create(), await Agent.create(), await Agent.create()];
  const { manifestText, signature } = await agent.publication(webAt('10.0.0.1'));
  for (const [keys, expected] of [
    [[agent], true],
    [[other, agent], true],
    [[agent, other], true],
    [[other, third], false],
    [[], false],
  ] as const) {
    const publicKeys = keys.map(({ publicKey }) => publicKey);
    expect(await isSignedBy(publicKeys, manifestText, signature)).toBe(expected);
  }
});

test('a character that is signed as another one is not signed', async () => {
  const agent = await Agent.create();
  const { manifestText, signature } = await agent.publication(webAt('10.0.0.1'));
  expect(await isSignedBy([agent.publicKey], manifestText, signature)).toBe(true);
  // One octet is signed for each character: U+016C gives the octet of "l".
  expect(await isSignedBy([agent.publicKey], manifestText.replace('l', '\u016c'), signature)).toBe(false);
});

test.for(['', 'x', '%%%', 'A'.repeat(85), 'A'.repeat(86), 'A'.repeat(87), 'A'.repeat(88)])(
  '"%s" is no signature',
  async (signature) => {
    const agent = await Agent.create();
    const { manifestText } = await agent.publication(webAt('10.0.0.1'));
    expect(await isSignedBy([agent.publicKey], manifestText, signature)).toBe(false);
  },
);

test.for(['', 'x', '%', 'A'.repeat(42)])('"%s" is no key, and no reason to fail', async (publicKey) => {
  const agent = await Agent.create();
  const { manifestText, signature } = await agent.publication(webAt('10.0.0.1'));
  expect(await isSignedBy([publicKey, agent.publicKey], manifestText, signature)).toBe(true);
});
