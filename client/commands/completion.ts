/** `kube-doh completion`: prints what lets a shell complete commands, flags and names. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { powershellScript } from './completion/powershell.ts';
import { zshScript } from './completion/zsh.ts';

const scripts: Readonly<Record<string, () => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

const usage = `kube-doh completion bash|zsh|fish|powershell

Prints a script that lets the shell complete commands, their flags, and names of the cluster, which it takes from
"kube-doh list". For one session, or with the same line in the shell's own file for all:

  bash        source <(kube-doh completion bash)                        in ~/.bashrc
  zsh         source <(kube-doh completion zsh)                         in ~/.zshrc, after compinit
  fish        kube-doh completion fish | source                         in ~/.config/fish/config.fish
  powershell  kube-doh completion powershell | Out-String | Invoke-Expression    in the file that $PROFILE names
`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    { args: [...args], options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true },
    'kube-doh completion --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const [shell = '', ...others] = positionals;
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined || others.length > 0) {
    throw new UsageError(`the command is "kube-doh completion ${Object.keys(scripts).join('|')}"`);
  }
  process.stdout.write(script());
}
