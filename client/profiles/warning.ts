/** What a user should know, though it stops nothing. */

/** One line on the standard error. */
export function warn(line: string): void {
  process.stderr.write(`kube-doh: ${line}\n`);
}
