import { isBulkVia, type Observation, type Side, type Write } from '@dualwrite/events';
import type { CallEnd, PairState, Plan, Verdict } from '@dualwrite/planner';
import {
  noteRecord,
  readRowsRecord,
  writeOf,
  writeRecord,
  type OutgoingContext,
  type OutgoingRecord,
} from '../batch/outgoing';

/** A write that leaves with the other parts of its document. */
export interface WriteOfDocument {
  readonly document: string;
  readonly call: string;
  readonly write: Write;
  /** Company of its pair, where the map has companies. */
  readonly key: string | null;
}

/** All that goes out of one transaction. */
export class Outcome {
  private readonly records: OutgoingRecord[] = [];
  private readonly reads: Readonly<Record<Side, Set<string>>> = { fo: new Set(), dataverse: new Set() };
  private readTraceparent = '';
  readonly verdicts = new Map<Verdict, number>();
  readonly calls: CallEnd[] = [];
  readonly ofDocuments: WriteOfDocument[] = [];
  writeCount = 0;
  bulkWriteCount = 0;

  constructor(readonly context: OutgoingContext) {}

  add(record: OutgoingRecord): void {
    this.records.push(record);
  }

  /** @param isBulk nobody has changed the row just now: its writes give way */
  addPlan(
    plan: Plan,
    observed: Observation | null,
    traceparent: string,
    { isBulk = observed !== null && isBulkVia(observed.via) } = {},
  ): void {
    const { pair } = plan;
    for (const write of plan.writes) {
      const part = partOfDocument(pair, write.intent);
      if (part === null) this.records.push(writeRecord(pair, write, traceparent, this.context, { isBulk }));
      else this.ofDocuments.push({ ...part, write: writeOf(pair, write, this.context), key: pair.key });
    }
    this.calls.push(...plan.calls);
    this.writeCount += plan.writes.length;
    if (isBulk) this.bulkWriteCount += plan.writes.length;
    for (const note of plan.journal) {
      this.records.push(noteRecord(pair, note, observed, traceparent, this.context));
    }
    for (const side of plan.reads) this.read(side, pair.seen[side].nativeId, traceparent);
    if (plan.verdict) this.verdicts.set(plan.verdict, (this.verdicts.get(plan.verdict) ?? 0) + 1);
  }

  /** A row that has to be looked at again; a side that is not known by id is read by initial-sync alone. */
  read(side: Side, nativeId: string | null, traceparent: string): void {
    if (nativeId === null) return;
    this.reads[side].add(nativeId);
    this.readTraceparent = traceparent;
  }

  /** A row that holds somebody else's key: it may have gone without a word. */
  readHolder(holder: PairState, side: Side, traceparent: string): void {
    this.read(side, holder.seen[side].nativeId, traceparent);
  }

  all(): readonly OutgoingRecord[] {
    const requests = (['fo', 'dataverse'] as const)
      .filter((side) => this.reads[side].size > 0)
      .map((side) =>
        readRowsRecord(side, [...this.reads[side]], 'planner', this.readTraceparent, this.context),
      );
    return [...this.records, ...requests];
  }
}

/** Null: it leaves by itself. */
function partOfDocument(
  { intents, call }: PairState,
  number: number,
): { document: string; call: string } | null {
  if (call?.document === undefined) return null;
  const intent = intents.find((one) => one.number === number);
  return intent?.call === call.id ? { document: call.document, call: call.id } : null;
}
