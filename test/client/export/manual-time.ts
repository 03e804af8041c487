/** Time that passes only while somebody sleeps. */
export class ManualTime {
  milliseconds = 0;
  /** How long each sleep was. */
  readonly sleeps: number[] = [];

  readonly now = (): number => this.milliseconds;

  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.sleeps.push(milliseconds);
    this.milliseconds += milliseconds;
  };
}
