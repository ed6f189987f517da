import type { HttpReply } from '../http-outcome';
import type { BudgetLimits, Dimension } from './limits';
import type { Refusal } from './refusal';

const MEMBERS: Readonly<Record<Dimension, 'requestCountMax' | 'executionMsMax' | 'concurrencyMax'>> = {
  requests: 'requestCountMax',
  time: 'executionMsMax',
  concurrency: 'concurrencyMax',
};

/**
 * The limits of the environment: as documented, until the side tells others. They are the same for every user and
 * server, so what one refusal tells holds for all.
 */
export class LearnedLimits {
  private limits: BudgetLimits;
  private readonly told = new Set<Dimension>();

  constructor(assumed: BudgetLimits) {
    this.limits = assumed;
  }

  get now(): BudgetLimits {
    return this.limits;
  }

  /**
   * What a refusal says is so, unless the operator has said that there is no such limit: then it is obeyed, and no more
   * is made of it.
   *
   * @returns whether it said what was too much
   */
  refused({ dimension, limit, windowMs }: Refusal): boolean {
    if (dimension === null) return false;
    if (limit === null || this.limits[MEMBERS[dimension]] === null) return true;
    this.told.add(dimension);
    this.limits = {
      ...this.limits,
      [MEMBERS[dimension]]: limit,
      ...(windowMs === null ? {} : { windowMs }),
    };
    return true;
  }

  /**
   * More is left than we thought there was in all: then there is more. Of whichever server it is told, the limit is the
   * same; that little is left says nothing, for it may be another server's.
   */
  seen({ headers }: HttpReply): void {
    this.raise('requests', Number(headers['x-ms-ratelimit-burst-remaining-xrm-requests']));
    const seconds = headers['x-ms-ratelimit-time-remaining-xrm-requests']?.replaceAll(',', '');
    this.raise('time', Math.floor(Number(seconds) * 1_000));
  }

  /** Another replica has been told. */
  takeOver(limits: BudgetLimits, told: readonly Dimension[]): void {
    for (const dimension of told) {
      if (this.told.has(dimension)) continue;
      this.told.add(dimension);
      const member = MEMBERS[dimension];
      this.limits = { ...this.limits, [member]: limits[member], windowMs: limits.windowMs };
    }
  }

  get toldDimensions(): readonly Dimension[] {
    return [...this.told];
  }

  private raise(dimension: Dimension, left: number): void {
    const member = MEMBERS[dimension];
    const known = this.limits[member];
    if (known === null || this.told.has(dimension) || !Number.isFinite(left) || left <= known) return;
    this.limits = { ...this.limits, [member]: left };
  }
}
