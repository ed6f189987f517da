import type { Names, Write } from '@dualwrite/events';
import { counter } from '@dualwrite/telemetry';
import { abandonWrite, type Abandoned } from '../core/abandon-write';
import { observationRecord } from '../register/observation-records';
import type { Register } from '../register/register';

export interface AbandonedWrite extends Pick<Write, 'id' | 'pairId' | 'intent' | 'table'> {
  readonly nativeId: string;
}

const abandoned = counter('dualwrite.writes.abandoned', '{write}', 'Writes given up by callers, by outcome');

/** Ends a write that nobody waits for any more, unless it has begun. */
export class WriteAbandoner {
  constructor(
    private readonly register: Register,
    private readonly names: Names,
  ) {}

  async abandon(write: AbandonedWrite, traceparent: string): Promise<Abandoned['kind']> {
    const { register, names } = this;
    const kind = await register.turns.take<Abandoned['kind']>(write.table, {
      nativeId: write.nativeId,
      decide: ({ entry, nextN }) => {
        const done = abandonWrite(write, entry, { epoch: register.epoch, n: nextN });
        if (done.kind !== 'abandoned' || done.entry === null) return { result: done.kind };
        const observedAt = new Date().toISOString();
        // The mapper waits for the answer like for any other (rule 14).
        const record = observationRecord(names, done.entry, { via: 'write', observedAt, traceparent });
        return { result: done.kind, change: { entry: done.entry, records: [record] } };
      },
    });
    abandoned.add(1, { table: write.table, outcome: kind });
    return kind;
  }
}
