import type { Side } from '@dualwrite/events';
import type { Change, Deed, GivenUp, History, Parked, Shown } from '../deed';

type Values = Readonly<Record<string, string>>;

/** Tells a history deed by deed, for the tests of the judge; the rows that it leaves are on show unless told otherwise. */
export class HistoryTeller {
  private readonly deeds: Deed[] = [];
  private readonly rows = new Map<string, Shown>();
  private readonly givenUp: GivenUp[] = [];
  private readonly parked: Parked[] = [];

  constructor(
    private readonly map = 'customers',
    private readonly key = 'usmf/C1',
  ) {}

  creates(by: Deed['by'], side: Side, values: Values, rowId: string = side): this {
    const fields = Object.fromEntries(
      Object.entries(values).map(([field, after]) => [field, { before: null, after }]),
    );
    return this.note({ operation: 'create', by, side, rowId, fields });
  }

  writes(by: Deed['by'], side: Side, values: Values, rowId: string = side): this {
    const shown = this.shown(side, rowId)?.values ?? {};
    const fields = Object.fromEntries(
      Object.entries(values).map(([field, after]) => [field, { before: shown[field] ?? null, after }]),
    );
    return this.note({ operation: 'update', by, side, rowId, fields });
  }

  deletes(by: Deed['by'], side: Side, rowId: string = side): this {
    const shown = this.shown(side, rowId)?.values ?? {};
    const fields = Object.fromEntries(
      Object.entries(shown).map(([field, before]) => [field, { before, after: null }]),
    );
    return this.note({ operation: 'delete', by, side, rowId, fields });
  }

  givesUp(value: string): this {
    this.givenUp.push({ map: this.map, key: this.key, value });
    return this;
  }

  parks(): this {
    this.parked.push({ map: this.map, key: this.key, reason: 'conflict' });
    return this;
  }

  /** What nobody did: the row simply shows it. */
  shows(side: Side, values: Values, rowId: string = side): this {
    this.rows.set(`${side} ${rowId}`, { side, map: this.map, key: this.key, rowId, values });
    return this;
  }

  end(): History {
    return { deeds: this.deeds, shown: [...this.rows.values()], givenUp: this.givenUp, parked: this.parked };
  }

  private shown(side: Side, rowId: string): Shown | undefined {
    return this.rows.get(`${side} ${rowId}`);
  }

  private note(deed: Pick<Deed, 'operation' | 'by' | 'side' | 'rowId' | 'fields'>): this {
    const n = this.deeds.length + 1;
    this.deeds.push({ n, atMs: n * 1000, map: this.map, key: this.key, ...deed });
    const { side, rowId, fields } = deed;
    if (deed.operation === 'delete') this.rows.delete(`${side} ${rowId}`);
    else this.shows(side, { ...asShown(this.shown(side, rowId)), ...valuesAfter(fields) }, rowId);
    return this;
  }
}

function asShown(row: Shown | undefined): Values {
  return (row?.values ?? {}) as Values;
}

function valuesAfter(fields: Readonly<Record<string, Change>>): Values {
  return Object.fromEntries(Object.entries(fields).map(([field, { after }]) => [field, after ?? '']));
}
