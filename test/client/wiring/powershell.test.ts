import { win32 } from 'node:path';
import { expect, test } from 'vitest';
import { powershell, quoted, scriptOf } from '../../../client/wiring/powershell.ts';

test('no program of that name in the current folder is run by an administrator', () => {
  const [program] = powershell(['Get-Date']);
  expect([win32.isAbsolute(program), win32.basename(program)]).toEqual([true, 'powershell.exe']);
});

test('its lines are told, and end with the first that fails', () => {
  expect(scriptOf(powershell(['a', 'b']))).toEqual(["$ErrorActionPreference = 'Stop'", 'a', 'b']);
  expect(scriptOf(['kill', '-Command', 'a'])).toBeUndefined();
});

test('nothing in a quoted text counts', () => {
  expect(quoted("a'; $(b) `n")).toBe("'a''; $(b) `n'");
});
