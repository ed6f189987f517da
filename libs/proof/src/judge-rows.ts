import { SIDES, type Side } from '@dualwrite/events';
import { agree, cellOf } from './agreement';
import type { Breach } from './breach';
import type { FreshRow, MapEvidence, PairView } from './map-evidence';

/** Set aside, with a reason that is told: it need not agree. */
const ASIDE = new Set(['parked', 'waiting', 'held', 'filtered']);

interface Sided {
  readonly fo: readonly FreshRow[];
  readonly dataverse: readonly FreshRow[];
}

/**
 * Holds the rows of both sides, read just now, against each other and against what the mapper holds of them; rows of one
 * key are judged together. What was edited a moment ago looks like a breach, too: ask again, and believe what stays.
 */
export function judgeRows(evidence: MapEvidence): readonly Breach[] {
  const judge = new RowJudge(evidence);
  return [...judge.rows(), ...judge.keys()];
}

/** A write without an answer has an end that nobody knows yet. */
export function unsettledWrites(map: string, pairs: readonly PairView[]): readonly Breach[] {
  return pairs.flatMap(({ open, key, pairId }): Breach[] =>
    open === 0
      ? []
      : [{ kind: 'unsettled', map, key, text: `${open} writes of pair ${pairId} have no answer` }],
  );
}

class RowJudge {
  private readonly pairOf: Readonly<Record<Side, ReadonlyMap<string, PairView>>>;
  private readonly byKey = new Map<string, Sided>();

  constructor(private readonly evidence: MapEvidence) {
    const ofSide = (side: Side): ReadonlyMap<string, PairView> =>
      new Map(evidence.pairs.flatMap((pair) => (pair.rows[side] ? [[pair.rows[side].nativeId, pair]] : [])));
    this.pairOf = { fo: ofSide('fo'), dataverse: ofSide('dataverse') };
    for (const side of SIDES) for (const row of evidence.rows[side]) this.index(side, row);
  }

  /** A row without a key has no partner to be held against; the mapper parks it. */
  private index(side: Side, row: FreshRow): void {
    const { rules, references } = this.evidence;
    if (!rules.inScope(side, row.cells)) return;
    const found = rules.keyOf(side, row.cells, references);
    if (found.kind !== 'key') return;
    const name = found.key.toLowerCase();
    const known = this.byKey.get(name) ?? { fo: [], dataverse: [] };
    this.byKey.set(name, { ...known, [side]: [...known[side], row] });
  }

  /** What the mapper holds is what the sides show. */
  rows(): readonly Breach[] {
    return SIDES.flatMap((side) => this.evidence.rows[side].flatMap((row) => this.known(side, row)));
  }

  private known(side: Side, row: FreshRow): readonly Breach[] {
    const { rules } = this.evidence;
    const pair = this.pairOf[side].get(row.nativeId);
    if (pair === undefined) {
      return rules.inScope(side, row.cells)
        ? [this.breach('unaccounted', null, side, `row ${row.nativeId} is in ${side}, and no pair holds it`)]
        : [];
    }
    const found: Breach[] = [];
    if (pair.rows[side]?.version !== row.version)
      found.push(
        this.breach(
          'unseen',
          pair.key,
          side,
          `row ${row.nativeId} is at another version than the mapper has seen`,
        ),
      );
    if (rules.hasIds[side] && pair.ended[side].includes(row.nativeId) && !isAside(pair))
      found.push(
        this.breach('resurrected', pair.key, side, `row ${row.nativeId} is there, and its life has ended`),
      );
    return found;
  }

  /** Rows of one key agree, and there is one on each side. */
  keys(): readonly Breach[] {
    return [...this.byKey].flatMap(([key, rows]) => {
      const pairs = SIDES.flatMap((side) => rows[side].map((row) => this.pairOf[side].get(row.nativeId)));
      if (pairs.some((pair) => pair !== undefined && isAside(pair))) return [];
      return [...this.twins(key, rows), ...this.partners(key, rows)];
    });
  }

  private twins(key: string, rows: Sided): readonly Breach[] {
    return SIDES.flatMap((side) =>
      rows[side].length < 2
        ? []
        : [
            this.breach(
              'doubled',
              key,
              side,
              `${rows[side].length} rows of this key are in ${side}: ${rows[side].map(({ nativeId }) => nativeId).join(', ')}`,
            ),
          ],
    );
  }

  private partners(key: string, { fo: [fo], dataverse: [dataverse] }: Sided): readonly Breach[] {
    const { rules, references } = this.evidence;
    if (fo !== undefined && dataverse !== undefined) {
      return rules.fields
        .filter((rule) => !agree(rule, { fo: fo.cells, dataverse: dataverse.cells }, references))
        .map((rule) => {
          const shown = SIDES.map(
            (side) => `"${String(cellOf(rule, side, { fo, dataverse }[side].cells) ?? '')}" in ${side}`,
          );
          return { ...this.breach('disagreement', key, undefined, shown.join(', ')), field: rule.name };
        });
    }
    const side: Side = fo === undefined ? 'fo' : 'dataverse';
    return rules.creates[side] ? [this.breach('disagreement', key, side, `missing in ${side}`)] : [];
  }

  private breach(kind: Breach['kind'], key: string | null, side: Side | undefined, text: string): Breach {
    return { kind, map: this.evidence.rules.name, key, ...(side === undefined ? {} : { side }), text };
  }
}

function isAside(pair: PairView): boolean {
  return pair.parks.length > 0 || (pair.verdict !== null && ASIDE.has(pair.verdict));
}
