import { DependencyRefused, log } from '@dualwrite/telemetry';

/** Where the bearer token of an application user comes from. */
export interface TokenSource {
  bearer(): Promise<string>;
  discard(refused: string): void;
  /** When the last token was fetched, in ms since 1970; null: none has been; absent: tokens are not fetched. */
  readonly renewedAtMs?: number | null;
}

/** One application user of the environment. The side's limits are per user, so several carry more. */
export interface SideUser {
  /** Client id; named in counters and log. */
  readonly name: string;
  readonly token: TokenSource;
}

/** A user whom the token server refuses rests so long; a person has to mend it. */
const REFUSED_REST_MS = 60_000;

/** The application users that may speak for us: those whose credentials serve. */
export class SideUsers {
  private readonly restsUntilMs = new Map<string, number>();

  /** @param all at least one */
  constructor(readonly all: readonly SideUser[]) {
    if (all.length === 0) throw new RangeError('a side needs a user');
  }

  /** Of the user whose token was renewed longest ago; null: nobody has one. */
  get renewedAtMs(): number | null {
    const known = this.all.flatMap(({ token }) => token.renewedAtMs ?? []);
    return known.length === 0 ? null : Math.min(...known);
  }

  /** Those that may be asked now; never none. */
  serving(nowMs = Date.now()): readonly SideUser[] {
    const able = this.all.filter(({ name }) => (this.restsUntilMs.get(name) ?? 0) <= nowMs);
    return able.length === 0 ? this.all : able;
  }

  /**
   * The user's token; null: his credentials are refused, he rests, and another user is to be taken. One user's bad
   * credentials must not stop the others.
   *
   * @throws {SideUnavailable} no token to be had now; {DependencyRefused} this was the last user
   */
  async bearer({ name, token }: SideUser): Promise<string | null> {
    try {
      return await token.bearer();
    } catch (error) {
      if (!(error instanceof DependencyRefused)) throw error;
      const nowMs = Date.now();
      const others = this.serving(nowMs).filter((user) => user.name !== name);
      if (others.length === 0) throw error;
      this.restsUntilMs.set(name, nowMs + REFUSED_REST_MS);
      log.error('side.user_refused', { user: name, error });
      return null;
    }
  }
}
