import type { SideRow } from '../core/register-entry';
import type { Register } from '../register/register';
import type { PartToSend, SidePort } from '../side-port';

/** The rows of a document: as they are, and with the answers of their writes. */
export class DocumentRows {
  constructor(private readonly options: { readonly register: Register; readonly side: SidePort }) {}

  /** Rule 10: each row with the answer of its write. A crash in between is no harm: what is stored tells of the rest. */
  async report(
    parts: readonly PartToSend[],
    said: {
      /** Rule 2: noted before the rows were asked for. */
      readonly sentAt: string;
      /** By part, the outcome that is stored already. */
      readonly answered: readonly (string | undefined)[];
      readonly attempt: 'first' | 'again';
      readonly outcome: 'applied' | 'in-doubt';
      readonly rows: readonly (SideRow | null | undefined)[];
    },
    traceparent: string,
  ): Promise<void> {
    const { attempt, outcome } = said;
    const isShown = parts.every(
      ({ write }, index) => said.rows[index] !== undefined || write.kind === 'delete',
    );
    const sentAt = isShown ? said.sentAt : await this.options.register.position();
    const rows = isShown ? said.rows : await this.read(parts);
    for (const [index, { table, write }] of parts.entries()) {
      const before = said.answered[index];
      if (before !== undefined && before !== 'started') continue;
      const madeId =
        write.kind === 'create' && outcome === 'applied' ? (rows[index]?.id ?? write.rowId) : null;
      const answered = { write, attempt, result: { outcome }, madeId } as const;
      await this.options.register.observe(table, {
        sentAt,
        via: 'write',
        answers: [
          { nativeId: write.nativeId, row: rows[index] ?? null, end: { write, traceparent, answered } },
        ],
      });
    }
  }

  /** What the rows show now becomes news, if it is. */
  async look(parts: readonly PartToSend[]): Promise<readonly (SideRow | null)[]> {
    const sentAt = await this.options.register.position();
    const rows = await this.read(parts);
    for (const [index, { table, write }] of parts.entries()) {
      const answers = [{ nativeId: write.nativeId, row: rows[index] ?? null }];
      await this.options.register.observe(table, { sentAt, via: 'write', answers });
    }
    return rows;
  }

  /** In the order of the parts. */
  async read(parts: readonly PartToSend[]): Promise<(SideRow | null)[]> {
    const found = new Map<string, SideRow | null>();
    for (const table of new Set(parts.map((part) => part.table))) {
      const ids = parts.filter((part) => part.table === table).map(({ write }) => write.nativeId);
      for (const [id, row] of await this.options.side.readRows(table, ids))
        found.set(`${table.table}/${id}`, row);
    }
    return parts.map(({ table, write }) => found.get(`${table.table}/${write.nativeId}`) ?? null);
  }
}
