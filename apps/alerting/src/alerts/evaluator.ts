import { randomUUID } from 'node:crypto';
import { inTransaction } from '@dualwrite/persistence';
import { counter, log } from '@dualwrite/telemetry';
import type { DataSource, QueryRunner } from 'typeorm';
import { ObjectStore } from '../config/object-store';
import { setupOf, type Setup } from '../config/objects';
import { subjectWords } from '../config/scope';
import { enqueue, noticeDeliveries, pauseDelivery } from '../deliveries/delivery-store';
import type { JournalWriter } from '../journal/journal-writer';
import { ownEntry } from '../journal/own-entry';
import type { MapsOfAlerting } from '../known-maps';
import { windowMsOf } from '../rules/judge';
import type { Tally } from '../rules/matches';
import { closedTellings, planNotices } from '../rules/plan-notices';
import { factsNow } from '../status/facts-now';
import type { StatusBook } from '../status/status-book';
import { forgetAlerts, openAlerts, storeAlerts, storeTold, toldOf } from './alert-store';
import { evaluate, type Evaluation, type Happening } from './evaluation';
import { lastFacts, storeFacts } from './fact-store';
import { talliesWithin } from './tally-reader';

const happened = counter('dualwrite.alerts', '{alert}', 'Alerts that fired or were resolved');

export interface EvaluatorParts {
  readonly database: DataSource;
  readonly objects: ObjectStore;
  readonly journal: JournalWriter;
  readonly maps: MapsOfAlerting;
  readonly book: StatusBook;
}

/**
 * Looks at everything, decides, and stores what follows in one transaction: alerts, who is told, what is on its way to
 * them, and the journal's word of it. Killed at any point, it has either done all of a look or nothing.
 */
export class Evaluator {
  private readonly told = new Set<string>();

  constructor(private readonly parts: EvaluatorParts) {}

  /** @returns false: another replica is at it */
  async look(nowMs: number): Promise<boolean> {
    const { database, objects, journal } = this.parts;
    const setup = setupOf(await objects.list());
    this.tellUnreadable(setup);
    await journal.makeToday();
    return inTransaction(database, async (runner) => {
      const [lock]: { ours: boolean }[] = await runner.query(
        `SELECT pg_try_advisory_xact_lock(hashtextextended('evaluation:' || current_schema(), 0)) AS ours`,
      );
      if (lock?.ours !== true) return false;
      await this.lookLocked(runner, setup, nowMs);
      return true;
    });
  }

  /** One that an older version stored, and this one does not take, must not stop the others. */
  private tellUnreadable({ unreadable }: Setup): void {
    for (const { kind, name, problem } of unreadable) {
      const text = `${kind}/${name}: ${problem}`;
      if (this.told.has(text)) continue;
      this.told.add(text);
      log.error('alerting.object_unreadable', { kind, name, problem });
    }
  }

  private async lookLocked(runner: QueryRunner, setup: Setup, nowMs: number): Promise<void> {
    const { maps, book, journal } = this.parts;
    const packOf = (map: string): string | null => maps.packOf(map);
    const before = await lastFacts(runner);
    const facts = [
      ...factsNow({ maps: maps.records(), book, before, nowMs }),
      // What others have measured stands until they say it anew.
      ...before.filter(({ fact }) => fact === 'differences'),
    ];
    await storeFacts(runner, facts, nowMs);
    const known = await openAlerts(runner);
    const tallies = await this.tallies(runner, setup, nowMs);
    const evaluation = evaluate({
      ...{ rules: setup.rules, quiet: setup.quiet, facts, tallies, nowMs, packOf },
      alerts: known.filter(({ phase }) => phase !== 'resolved'),
      newId: randomUUID,
    });
    await forgetAlerts(runner, evaluation.forgotten);
    await storeAlerts(runner, evaluation.kept);
    await this.tell(runner, { setup, evaluation, known, nowMs, packOf });
    await enqueue(
      runner,
      evaluation.pauses.map(({ alert, map }) => pauseDelivery(alert, map, nowMs)),
    );
    await journal.appendOwn(
      runner,
      evaluation.happenings.map((happening) => entryOf(happening, nowMs)),
    );
    for (const { kind, alert } of evaluation.happenings) happened.add(1, { kind, severity: alert.severity });
  }

  private async tell(
    runner: QueryRunner,
    now: {
      readonly setup: Setup;
      readonly evaluation: Evaluation;
      readonly known: Awaited<ReturnType<typeof openAlerts>>;
      readonly nowMs: number;
      packOf(map: string): string | null;
    },
  ): Promise<void> {
    const { setup, evaluation, known, nowMs, packOf } = now;
    const { subscriptions, quiet } = setup;
    const alerts = [
      ...evaluation.kept.filter(({ phase }) => phase !== 'pending'),
      ...known.filter(({ phase }) => phase === 'resolved'),
    ];
    const told = await toldOf(runner, alerts);
    const state = { alerts, told, subscriptions, quiet, nowMs, packOf };
    const notices = planNotices(state);
    await enqueue(
      runner,
      notices.flatMap((notice) => noticeDeliveries(notice, nowMs)),
    );
    const toldNow = notices.flatMap(({ subscription, tellings }) =>
      tellings.map(({ alert, telling }) => ({
        alertId: alert.id,
        subscription: subscription.name,
        told: telling,
        toldAtMs: nowMs,
      })),
    );
    await storeTold(runner, [...toldNow, ...closedTellings(state)]);
  }

  private async tallies(
    runner: QueryRunner,
    { rules }: Setup,
    nowMs: number,
  ): Promise<ReadonlyMap<number, readonly Tally[]>> {
    const spans = new Set(
      rules
        .flatMap(({ when, isEnabled }) => (isEnabled ? [windowMsOf(when)] : []))
        .filter((ms) => ms !== null),
    );
    const tallies = new Map<number, readonly Tally[]>();
    for (const spanMs of spans) {
      tallies.set(spanMs, await talliesWithin(runner, { fromMs: nowMs - spanMs, toMs: nowMs }));
    }
    return tallies;
  }
}

function entryOf({ kind, alert }: Happening, nowMs: number): ReturnType<typeof ownEntry> {
  const about = subjectWords(alert.subject);
  return ownEntry({
    id: `${alert.id}:${kind}`,
    at: new Date(nowMs).toISOString(),
    event: kind === 'fired' ? 'alert-fired' : 'alert-resolved',
    severity: kind === 'fired' ? 'warning' : 'info',
    map: alert.subject.map,
    code: alert.rule,
    text: [alert.rule, about, alert.words].filter((part) => part !== '').join(': '),
  });
}
