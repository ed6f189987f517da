/** Why this replica does not observe and write, if it does not. */
export class ConnectorHealth {
  private reason: string | null = 'the environment has not been asked for yet';

  /** As Readiness asks. */
  check(): true | string {
    return this.reason ?? true;
  }

  set(reason: string | null): void {
    this.reason = reason;
  }
}
