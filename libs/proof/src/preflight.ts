import { otherSide, SIDES, type Cell, type Cells, type Side } from '@dualwrite/events';
import { travelsTo, type FieldRule, type MapRules, type References, type Wanted } from '@dualwrite/planner';
import { agree, cellOf } from './agreement';
import type { SideRows } from './compare-sides';
import type { FreshRow } from './map-evidence';

/** Keys of rows that are shown with a group. */
const SAMPLE_COUNT_MAX = 5;

/** Rows that share one reason for which they would not travel as they are. */
export interface ProblemGroup {
  readonly map: string;
  /** Side that the row would be written to; of a row without a key, its own. */
  readonly side: Side;
  /** `missing-row`: it would wait for a row that is not there; all others would be parked. */
  readonly code: string;
  readonly field: string | null;
  readonly text: string;
  readonly rowCount: number;
  /** Business keys, or native ids where there is none. */
  readonly samples: readonly string[];
}

/** What a first sync of a map would do, row by row, without doing it. */
export interface Preflight {
  readonly filtered: Readonly<Record<Side, number>>;
  readonly creates: Readonly<Record<Side, number>>;
  /** Rows that are on both sides and differ; written where the policy for first meetings says. */
  readonly updates: Readonly<Record<Side, number>>;
  readonly unchanged: number;
  /** Rows that would be parked, or wait: counted once, whatever the number of their problems. */
  readonly parked: number;
  readonly waiting: number;
  readonly problems: readonly ProblemGroup[];
}

/**
 * Transforms and validates every row as its first sync would. A reference to a row that is itself still to be made is no
 * problem: `isArriving` knows those.
 */
export class Preflighter {
  private readonly filtered = { fo: 0, dataverse: 0 };
  private readonly creates = { fo: 0, dataverse: 0 };
  private readonly updates = { fo: 0, dataverse: 0 };
  private unchanged = 0;
  private parked = 0;
  private waiting = 0;
  private readonly groups = new Map<
    string,
    { group: Omit<ProblemGroup, 'rowCount' | 'samples'>; keys: string[]; rowCount: number }
  >();

  constructor(
    private readonly rules: MapRules,
    private readonly references: References,
    private readonly isArriving: (wanted: Wanted) => boolean,
  ) {}

  /** Rows of one key are taken in together. */
  take(rows: SideRows['rows']): void {
    for (const { key, fo, dataverse } of this.byKey(rows)) {
      const [foRow, secondFo] = fo;
      const [dataverseRow, secondDataverse] = dataverse;
      if (secondFo !== undefined || secondDataverse !== undefined) {
        const side = secondFo === undefined ? 'dataverse' : 'fo';
        this.parked += 1;
        this.note(
          { side, code: 'key-taken', field: null, text: `several rows of one key are in ${side}` },
          key,
        );
      } else if (foRow !== undefined && dataverseRow !== undefined) {
        this.meet(key, { fo: foRow.cells, dataverse: dataverseRow.cells });
      } else {
        const side = foRow === undefined ? 'dataverse' : 'fo';
        this.travelAlone(key, side, (foRow ?? dataverseRow)?.cells ?? {});
      }
    }
  }

  result(): Preflight {
    const { filtered, creates, updates, unchanged, parked, waiting } = this;
    const problems = [...this.groups.values()]
      .map(({ group, keys, rowCount }) => ({ ...group, rowCount, samples: keys }))
      .sort((left, right) => right.rowCount - left.rowCount);
    return { filtered, creates, updates, unchanged, parked, waiting, problems };
  }

  private byKey(all: SideRows['rows']): Iterable<{ key: string; fo: FreshRow[]; dataverse: FreshRow[] }> {
    const known = new Map<string, { key: string; fo: FreshRow[]; dataverse: FreshRow[] }>();
    for (const side of SIDES) {
      for (const row of all[side]) {
        if (!this.rules.inScope(side, row.cells)) {
          this.filtered[side] += 1;
          continue;
        }
        const found = this.rules.keyOf(side, row.cells, this.references);
        if (found.kind !== 'key') {
          this.withoutKey(side, row, found);
          continue;
        }
        const name = found.key.toLowerCase();
        const own = known.get(name) ?? { key: found.key, fo: [], dataverse: [] };
        own[side].push(row);
        known.set(name, own);
      }
    }
    return known.values();
  }

  private withoutKey(
    side: Side,
    { nativeId }: FreshRow,
    found: Exclude<ReturnType<MapRules['keyOf']>, { kind: 'key' }>,
  ): void {
    if (found.kind === 'none') {
      this.parked += 1;
      this.note({ side, code: 'no-key', field: null, text: found.reason }, nativeId);
      return;
    }
    this.waiting += 1;
    this.note({ side, code: 'missing-row', field: null, text: wantedText(found.wanted) }, nativeId);
  }

  /** Both rows are there. */
  private meet(key: string, cells: Readonly<Record<Side, Cells>>): void {
    const differing = this.rules.fields.filter((rule) => !agree(rule, cells, this.references));
    if (differing.length === 0) {
      this.unchanged += 1;
      return;
    }
    const target = this.targetOf(differing[0]);
    if (target === null) {
      this.parked += 1;
      const [rule] = differing;
      this.note(
        {
          side: 'dataverse',
          code: 'first-meeting',
          field: rule?.name ?? null,
          text: 'both sides hold a value, and the map says that a person decides',
        },
        key,
      );
      return;
    }
    if (this.doesTravel(key, target, differing, cells[otherSide(target)])) this.updates[target] += 1;
  }

  /** Where a difference would be written; `last` is told by the rows' own stamps, and counted as written to Dataverse. */
  private targetOf(rule: FieldRule | undefined): Side | null {
    if (rule?.direction === 'to-fo') return 'fo';
    if (rule?.direction === 'to-dataverse') return 'dataverse';
    if (this.rules.firstMeeting === 'park') return null;
    return this.rules.firstMeeting === 'dataverse-wins' ? 'fo' : 'dataverse';
  }

  private travelAlone(key: string, side: Side, cells: Cells): void {
    const target = otherSide(side);
    if (!this.rules.creates[target]) {
      this.filtered[side] += 1;
      return;
    }
    const fields = this.rules.fields.filter(
      (rule) => rule.column[target] !== null && travelsTo(rule, target),
    );
    if (this.doesTravel(key, target, fields, cells)) this.creates[target] += 1;
  }

  private doesTravel(key: string, target: Side, fields: readonly FieldRule[], cells: Cells): boolean {
    let isRefused = false;
    let isWaiting = false;
    for (const rule of fields) {
      const value: Cell = cellOf(rule, otherSide(target), cells);
      const converted = rule.convert(target, value, cells, this.references);
      if (converted.kind === 'value') continue;
      if (converted.kind === 'refused') {
        isRefused = true;
        this.note({ side: target, code: converted.code, field: rule.name, text: converted.text }, key, {
          perField: true,
        });
        continue;
      }
      const wanted = [converted.wanted, ...(converted.alternatives ?? [])];
      if (wanted.some((one) => this.isArriving(one)) || rule.deferrable) continue;
      isWaiting = true;
      this.note(
        { side: target, code: 'missing-row', field: rule.name, text: wantedText(converted.wanted) },
        key,
      );
    }
    if (isRefused) this.parked += 1;
    else if (isWaiting) this.waiting += 1;
    return !isRefused && !isWaiting;
  }

  /** @param perField the text names the row's own value: one group for the field, with the first text */
  private note(
    problem: Omit<ProblemGroup, 'map' | 'rowCount' | 'samples'>,
    key: string,
    { perField = false } = {},
  ): void {
    const name = [problem.side, problem.code, problem.field, perField ? '' : problem.text].join('\n');
    const known = this.groups.get(name) ?? {
      group: { map: this.rules.name, ...problem },
      keys: [],
      rowCount: 0,
    };
    known.rowCount += 1;
    if (known.keys.length < SAMPLE_COUNT_MAX) known.keys.push(key);
    this.groups.set(name, known);
  }
}

function wantedText({ table, column, value, company }: Wanted): string {
  return `${table} where ${column} is ${value}${company === null ? '' : ` in ${company}`} is not there`;
}
