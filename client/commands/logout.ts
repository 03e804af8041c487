/** `kube-doh logout`: forgets a profile and its token. */
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { LoginError } from '../profiles/login-plan.ts';
import { ProfileFile } from '../profiles/profile-file.ts';
import { withoutProfile } from '../profiles/profiles.ts';
import { profilesPath } from '../profiles/profiles-path.ts';
import { warn } from '../profiles/warning.ts';

const usage = `kube-doh logout NAME

Forgets the profile and its token ("kube-doh profiles" shows their names). The token itself stays good until it is revoked
at the edge.
`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    { args: [...args], options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true },
    'kube-doh logout --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) {
    throw new UsageError('the command is "kube-doh logout NAME"; see kube-doh logout --help');
  }
  const file = new ProfileFile(profilesPath(process.env), warn);
  const { all, defaultName } = file.update((profiles) => {
    if (profiles.all.has(name)) return withoutProfile(profiles, name);
    const names = [...profiles.all.keys()].join(', ');
    // Not repeated: it may be a token.
    throw new LoginError(names === '' ? 'there is no profile' : `there is no such profile: there are ${names}`);
  });
  process.stdout.write(`forgot profile ${name}\n`);
  if (all.size > 0 && defaultName === undefined) {
    warn('no profile is the default now: "kube-doh login URL --default" makes one');
  }
}
