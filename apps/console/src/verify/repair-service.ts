import { setTimeout as delay } from 'node:timers/promises';
import type { Cells, Side } from '@dualwrite/events';
import type { StoredMap } from '../map-store';
import type { MapperClient } from '../mapper-client';
import { problem } from '../problems';
import type { FreshRows } from '../looks/fresh-rows';
import {
  asideOf,
  forMapper,
  isSettled,
  lookAtRows,
  type ReportedRow,
  type RowEvidence,
} from './row-evidence';

/** What was asked for takes effect within this, or is told as still different. */
const SETTLE_MS = 20_000;
const LOOK_EVERY_MS = 500;

/** What the planner would have written. */
export interface PreviewedWrite {
  readonly side: Side;
  readonly kind: 'create' | 'update' | 'delete';
  readonly nativeId: string | null;
  readonly patch: Cells;
}

export type RepairOutcome = 'equal' | 'mended' | 'planned' | 'aside' | 'different';

export interface RepairedRow {
  readonly map: string;
  readonly key: string | null;
  /**
   * `equal`: there was nothing left to mend; `planned`: a preview; `aside`: the map has set the row aside and says why;
   * `different`: it still differs.
   */
  readonly outcome: RepairOutcome;
  readonly writes: readonly PreviewedWrite[];
  readonly text: string | null;
}

export interface RepairSources {
  maps(): Promise<readonly StoredMap[]>;
  freshRows(): FreshRows;
  readonly mapper: MapperClient;
  readonly settleMs?: number;
  readonly lookEveryMs?: number;
}

/**
 * Mends rows of a report by the way of every change: the sides are looked at afresh, the planner decides, the executors
 * write. Only what that way leaves, because both sides show what was once agreed, meets anew by the map's policy.
 */
export class RepairService {
  constructor(private readonly sources: RepairSources) {}

  async repair(
    rows: readonly ReportedRow[],
    { preview }: { readonly preview: boolean },
  ): Promise<readonly RepairedRow[]> {
    const maps = await this.sources.maps();
    const byMap = new Map<string, ReportedRow[]>();
    for (const row of rows) byMap.set(row.map, [...(byMap.get(row.map) ?? []), row]);
    const repaired: RepairedRow[] = [];
    for (const [name, own] of byMap) {
      const map = maps.find((one) => one.name === name);
      if (map === undefined)
        throw problem(404, 'map-unknown', 'There is no such map', {
          detail: `The report names the map ${name}, and there is none; nothing of it was changed.`,
        });
      repaired.push(...(preview ? await this.preview(map, own) : await this.run(map, own)));
    }
    return repaired;
  }

  private async preview(map: StoredMap, rows: readonly ReportedRow[]): Promise<readonly RepairedRow[]> {
    const evidence = await this.look(map, rows);
    const open = evidence.filter(({ differences }) => differences.length > 0);
    if (open.length === 0) return evidence.map((one) => told(one, 'equal'));
    const { rows: planned } = await this.sources.mapper.ask<{
      rows: readonly { writes: readonly PreviewedWrite[]; parks: readonly { reason: string }[] }[];
    }>(map.name, 'repairs/preview', {
      method: 'POST',
      body: { rows: open.map((one) => ({ ...forMapper(withFields(one)), now: firstOf(one.now) })) },
    });
    return evidence.map((one) => {
      const found = planned[open.indexOf(one)];
      if (found === undefined) return told(one, 'equal');
      const [park] = found.parks;
      if (found.writes.length > 0) return told(one, 'planned', { writes: found.writes });
      return park === undefined
        ? told(one, 'different', { text: textOf(one) })
        : told(one, 'aside', { text: `parked: ${park.reason}` });
    });
  }

  private async run(map: StoredMap, rows: readonly ReportedRow[]): Promise<readonly RepairedRow[]> {
    const { mapper } = this.sources;
    const before = await this.look(map, rows);
    const open = before.filter(({ differences }) => differences.length > 0);
    if (open.length === 0) return before.map((one) => told(one, 'equal'));
    await mapper.ask(map.name, 'repairs/look', { method: 'POST', body: idsToLookAt(open) });
    const reported = open.map(({ row }) => row);
    let after = await this.settled(map, reported);
    const agreedOtherwise = after.filter((one) => isLeft(one) && one.differences.some(isOfField));
    if (agreedOtherwise.length > 0) {
      const body = { rows: agreedOtherwise.map((one) => forMapper(withFields(one))) };
      await mapper.ask(map.name, 'repairs/run', { method: 'POST', body });
      after = await this.settled(map, reported);
    }
    return before.map((one) => {
      const now = after[open.indexOf(one)];
      return now === undefined ? told(one, 'equal') : outcomeOf(now);
    });
  }

  /** Looks until every row is the same, set aside, or left as it is by everybody; or time is up. */
  private async settled(map: StoredMap, rows: readonly ReportedRow[]): Promise<readonly RowEvidence[]> {
    const { settleMs = SETTLE_MS, lookEveryMs = LOOK_EVERY_MS } = this.sources;
    const endsAt = Date.now() + settleMs;
    for (let calm = 0; ;) {
      await delay(lookEveryMs);
      const evidence = await this.look(map, rows);
      const isAtRest = evidence.every((one) => one.differences.length === 0 || isLeft(one) || isAside(one));
      calm = isAtRest ? calm + 1 : 0;
      const isSame = evidence.every(({ differences }) => differences.length === 0);
      // What is only just on its way between two services looks at rest, too.
      if (isSame || calm > 2 || Date.now() > endsAt) return evidence;
    }
  }

  private look(map: StoredMap, rows: readonly ReportedRow[]): Promise<readonly RowEvidence[]> {
    return lookAtRows(map, rows, { mapper: this.sources.mapper, fresh: this.sources.freshRows() });
  }
}

function outcomeOf(evidence: RowEvidence): RepairedRow {
  if (evidence.differences.length === 0) return told(evidence, 'mended');
  const aside = asideOf(evidence.pairs);
  return aside === null
    ? told(evidence, 'different', { text: textOf(evidence) })
    : told(evidence, 'aside', { text: aside });
}

function told(
  { row }: RowEvidence,
  outcome: RepairOutcome,
  more: { readonly writes?: readonly PreviewedWrite[]; readonly text?: string } = {},
): RepairedRow {
  const { writes = [], text = null } = more;
  return { map: row.map, key: row.key, outcome, writes, text };
}

function isLeft(evidence: RowEvidence): boolean {
  return evidence.differences.length > 0 && isSettled(evidence) && !isAside(evidence);
}

function isAside({ pairs }: RowEvidence): boolean {
  return asideOf(pairs) !== null;
}

function isOfField({ kind }: RowEvidence['differences'][number]): boolean {
  return kind === 'different';
}

/** What differs now, whatever the report said. */
function withFields({ row, pairs, differences }: RowEvidence): ReportedRow {
  const known = (side: Side): string | null =>
    pairs.find((pair) => pair.rows[side])?.rows[side]?.nativeId ?? null;
  return {
    ...row,
    rows: { fo: row.rows.fo ?? known('fo'), dataverse: row.rows.dataverse ?? known('dataverse') },
    fields: differences.flatMap(({ field }) => field ?? []),
  };
}

function idsToLookAt(evidence: readonly RowEvidence[]): Readonly<Record<Side, readonly string[]>> {
  const of = (side: Side): string[] => [
    ...new Set(
      evidence.flatMap(({ row, pairs }) => [
        ...(row.rows[side] === null ? [] : [row.rows[side]]),
        ...pairs.flatMap((pair) => pair.rows[side]?.nativeId ?? []),
      ]),
    ),
  ];
  return { fo: of('fo'), dataverse: of('dataverse') };
}

function firstOf(now: RowEvidence['now']): Readonly<Record<Side, { version: string; cells: Cells } | null>> {
  const first = (side: Side) => {
    const [row] = now[side];
    return row === undefined ? null : { version: row.version, cells: row.cells };
  };
  return { fo: first('fo'), dataverse: first('dataverse') };
}

function textOf({ differences }: RowEvidence): string {
  return differences
    .map(({ kind, field, text }) => text ?? (field === undefined ? kind : `${kind}: ${field}`))
    .join('; ');
}
