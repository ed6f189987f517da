import type { DocumentWrite, Side } from '@dualwrite/events';
import type { DataSource, QueryRunner } from 'typeorm';

export interface StoredPart {
  readonly map: string;
  readonly kind: 'update' | 'create' | 'delete';
  readonly row: string;
  /** Id of its call. */
  readonly call: string;
}

/** Why none of it is carried out. */
export interface DocumentEnd {
  readonly outcome: 'rejected' | 'abandoned';
  readonly by: Side | 'dualwrite' | null;
  /** Index; null: of the whole. */
  readonly part: number | null;
  readonly code: string;
  readonly text: string;
}

export interface StoredDocument {
  readonly id: string;
  readonly side: Side;
  readonly parts: readonly StoredPart[];
  readonly traceparent: string;
  /** As it left for the connector; null: nothing had to be written. */
  readonly sent: DocumentWrite | null;
  /** Ended before anything left; null: its parts tell. */
  readonly end: DocumentEnd | null;
}

type NewDocument = Omit<StoredDocument, 'sent' | 'end'>;

const KEPT_DAYS = 8;
const FORGOTTEN_COUNT_MAX = 100;
const INSERT = `insert into document (id, side, parts, traceparent, outcome, decided_by, part, code, text, ended_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $5::text is null then null else now() end)
  on conflict (id) do nothing returning id`;

/** Documents that callers asked for, kept as long as their calls, with what left for them: it is sent again as it was. */
export class DocumentStore {
  constructor(private readonly database: DataSource) {}

  /** In the transaction that plans it. @returns false: it was given up before, or is taken already */
  async take(runner: QueryRunner, document: NewDocument): Promise<boolean> {
    await runner.query(
      `delete from document where id in (select id from document where created_at < now() - make_interval(days => $1)
       order by created_at limit $2 for update skip locked)`,
      [KEPT_DAYS, FORGOTTEN_COUNT_MAX],
    );
    return this.insert(runner, document, null);
  }

  /** Nothing of it was stored but this. */
  async end(document: NewDocument, end: DocumentEnd): Promise<void> {
    await this.insert(this.database, document, end);
  }

  async keepSent(runner: QueryRunner, sent: DocumentWrite): Promise<void> {
    await runner.query('update document set sent = $2 where id = $1', [sent.id, JSON.stringify(sent)]);
  }

  /** What left for these documents. */
  async sent(
    runner: QueryRunner,
    ids: readonly string[],
  ): Promise<readonly { readonly sent: DocumentWrite; readonly traceparent: string }[]> {
    return (await runner.query(
      'select sent, traceparent from document where id = any($1::uuid[]) and sent is not null order by id',
      [ids],
    )) as { sent: DocumentWrite; traceparent: string }[];
  }

  async find(id: string): Promise<StoredDocument | undefined> {
    const [found] = await this.database.query<StoredDocument[]>(
      `select id, side, parts, traceparent, sent, case when outcome is null then null else
         json_build_object('outcome', outcome, 'by', decided_by, 'part', part, 'code', code, 'text', text) end as "end"
       from document where id = $1`,
      [id],
    );
    return found;
  }

  private async insert(
    executor: QueryRunner | DataSource,
    { id, side, parts, traceparent }: NewDocument,
    end: DocumentEnd | null,
  ): Promise<boolean> {
    const ended = [
      end?.outcome ?? null,
      end?.by ?? null,
      end?.part ?? null,
      end?.code ?? null,
      end?.text ?? null,
    ];
    const made = (await executor.query(INSERT, [
      id,
      side,
      JSON.stringify(parts),
      traceparent,
      ...ended,
    ])) as unknown[];
    return made.length > 0;
  }
}
