import { expect, test } from 'vitest';
import { refuseUnprivileged } from '../../../../client/commands/dns/privilege.ts';
import { factsOf } from '../../wiring/facts-of.ts';

const launcher = ['/home/ada/.nvm/node', '/home/ada/kube doh/client/start.mjs'] as const;

test('who may not change the system is told the whole command that does it', () => {
  const facts = factsOf({ isAdministrator: false, launcher });
  const message =
    'this changes the system; --dry-run shows what it does. Run it as root, with the options that you gave: sudo /home/ada/.nvm/node "/home/ada/kube doh/client/start.mjs" dns install';
  expect(() => refuseUnprivileged(facts, 'install')).toThrow(
    expect.objectContaining({ code: 'NOT_PERMITTED', message }),
  );
});

test('on Windows, in which terminal', () => {
  const facts = factsOf({ isAdministrator: false, platform: 'win32' });
  expect(() => refuseUnprivileged(facts, 'install')).toThrow('Run it in a terminal that runs as administrator');
});

test('root is let through', () => {
  expect(() => refuseUnprivileged(factsOf({ isAdministrator: true }), 'install')).not.toThrow();
});
