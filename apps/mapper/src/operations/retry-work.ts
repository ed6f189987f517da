import { Inject, Injectable } from '@nestjs/common';
import type { Names } from '@dualwrite/events';
import { startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import type { WorkItem } from '../examine/work-item';
import { NAMES } from '../settings';
import type { RetryAsked } from './operation';
import type { OperationWork, Portion } from './portion';
import { OperationStore } from './operation-store';

const SLOT = 'retry';

/** Plans the parked pairs of a selection again, by what both sides show now. */
@Injectable()
export class RetryWork implements OperationWork {
  private readonly store: OperationStore;

  constructor(database: DataSource, @Inject(NAMES) names: Names) {
    this.store = new OperationStore(database, names);
  }

  async portion({ operation, countMax, examine }: Portion): Promise<boolean> {
    const open = await this.store.open(operation.id, countMax);
    if (open.length === 0) return false;
    const asked = operation.asked as RetryAsked;
    const items = open.map(({ pairId }) => itemOf(pairId, asked));
    await examine({ items, slot: SLOT });
    // After the pairs' own transaction: done twice is done once, for a pair that was let go is not let go again.
    await this.store.note(
      operation.id,
      open.map(({ n }) => n),
    );
    return open.length === countMax;
  }
}

function itemOf(pairId: string, { how, winner, reason }: RetryAsked): WorkItem {
  const traceparent = startChange();
  if (how === 'retry') return { kind: 'retry', pairId, traceparent };
  const release = { ...(winner && { winner }), ...(reason !== undefined && { reason }) };
  return { kind: 'release', pairId, release, traceparent };
}
