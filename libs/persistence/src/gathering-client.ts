import type { Writable } from 'node:stream';
import { Client } from 'pg';

type Arguments = Parameters<Client['query']>;

/**
 * Statements that are asked for in one turn of the event loop leave in one write: for both ends a statement in a packet of
 * its own is a system call and a wake-up more, which on a busy machine cost as much as the statement.
 */
export class GatheringClient extends Client {
  private isGathering = false;

  // The driver's overloads, of which none is ours to tell apart.
  override query(...args: unknown[]): never {
    this.gather();
    return super.query(...(args as unknown as Arguments)) as never;
  }

  private gather(): void {
    if (this.isGathering) return;
    this.isGathering = true;
    const { stream } = (this as unknown as { readonly connection: { readonly stream: Writable } }).connection;
    stream.cork();
    // Behind the promises that are settled now, whose continuations ask for the next statements.
    process.nextTick(() => {
      this.isGathering = false;
      stream.uncork();
    });
  }
}
