import { Injectable } from '@nestjs/common';
import type { Side } from '@dualwrite/events';
import { DataSource } from 'typeorm';
import type { ShadowField } from './judge-expectation';

export interface ReportedFinding {
  /** Grows; findings with a lower one are older. */
  readonly id: string;
  readonly pairId: string;
  readonly key: string | null;
  readonly side: Side;
  readonly kind: 'create' | 'update' | 'delete';
  readonly outcome: 'different' | 'missing' | 'extra';
  readonly rows: { readonly fo: string | null; readonly dataverse: string | null };
  readonly fields: readonly ShadowField[];
  readonly expectedAt: string;
  readonly foundAt: string;
}

export interface ShadowReport {
  /** Since the map went into shadow, by side. */
  readonly counts: readonly { readonly side: Side; readonly outcome: string; readonly count: number }[];
  /** How often a field differs. */
  readonly fields: readonly {
    readonly side: Side;
    readonly outcome: string;
    readonly field: string;
    readonly count: number;
  }[];
  /** Rows that a cutover at this moment would write. */
  readonly wouldWrite: readonly { readonly side: Side; readonly kind: string; readonly count: number }[];
  /** The newest first. */
  readonly findings: readonly ReportedFinding[];
  /** For the next, older page; null: there is none. */
  readonly nextBefore: string | null;
}

/** How far what a map in shadow would do is what others do. It stays to be read after the cutover. */
@Injectable()
export class ShadowReports {
  constructor(private readonly database: DataSource) {}

  async read(map: string, page: { before: string | undefined; limit: number }): Promise<ShadowReport> {
    const [counts, fields, wouldWrite, findings] = await Promise.all([
      this.database.query<ShadowReport['counts']>(
        `select side, outcome, sum(count)::int as count from shadow_tally where map = $1
         group by side, outcome order by side, outcome`,
        [map],
      ),
      this.database.query<ShadowReport['fields']>(
        `select side, outcome, f ->> 'field' as field, count(*)::int as count
         from shadow_finding, jsonb_array_elements(fields) f where map = $1
         group by side, outcome, f ->> 'field' order by count(*) desc, field, side limit 200`,
        [map],
      ),
      this.database.query<ShadowReport['wouldWrite']>(
        `select side, kind, count(*)::int as count from shadow_expectation where map = $1
         group by side, kind order by side, kind`,
        [map],
      ),
      this.database.query<ReportedFinding[]>(
        `select id, pair_id as "pairId", key, side, kind, outcome,
           json_build_object('fo', fo_id, 'dataverse', dataverse_id) as rows, fields,
           expected_at as "expectedAt", found_at as "foundAt"
         from shadow_finding where map = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
        [map, page.before ?? null, page.limit],
      ),
    ]);
    const isMore = findings.length === page.limit;
    return {
      counts,
      fields,
      wouldWrite,
      findings,
      nextBefore: isMore ? (findings.at(-1)?.id ?? null) : null,
    };
  }
}
