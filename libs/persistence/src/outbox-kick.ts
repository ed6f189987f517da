import type { DataSource, QueryRunner } from 'typeorm';

/** What a transaction that appended to the outbox wakes after its commit. */
export interface OutboxKicker {
  kick(): void;
}

const appended = new WeakSet<QueryRunner>();
const kickers = new WeakMap<DataSource, OutboxKicker>();
/** A pool beside another one to the same schema: one outbox for both. */
const besides = new WeakMap<DataSource, DataSource>();

export function markAppended(runner: QueryRunner): void {
  appended.add(runner);
}

/** True if the runner's transaction appended something since the last time. */
export function takeAppended(runner: QueryRunner): boolean {
  return appended.delete(runner);
}

export function registerKicker(ds: DataSource, kicker: OutboxKicker): void {
  kickers.set(ds, kicker);
}

export function kickerOf(ds: DataSource): OutboxKicker | undefined {
  return kickers.get(besides.get(ds) ?? ds);
}

export function shareKicker(ds: DataSource, beside: DataSource): void {
  besides.set(beside, ds);
}
