/** Timers that let paused partitions go on; a handler must never sleep, for its group would stand still with it. */
export class PartitionPauses {
  private readonly timers = new Map<string, { timer: NodeJS.Timeout; resume: () => void }>();

  /** Ends the pause after `ms`. A later call for the same partition takes the place of an earlier one. */
  endAfter(partitionId: string, ms: number, resume: () => void): void {
    const earlier = this.timers.get(partitionId);
    if (earlier !== undefined) clearTimeout(earlier.timer);
    const timer = setTimeout(() => {
      this.timers.delete(partitionId);
      resume();
    }, ms);
    this.timers.set(partitionId, { timer, resume });
  }

  get count(): number {
    return this.timers.size;
  }

  /** Ends all pauses now: after a rebalance another replica, or we afresh, decide anew. */
  endAll(): void {
    for (const { timer, resume } of this.timers.values()) {
      clearTimeout(timer);
      resume();
    }
    this.timers.clear();
  }
}
