import { problem } from '../problems';
import type { SchemaSource } from '../definition-checker';
import type { MapsService } from '../maps.service';
import type { MapStore } from '../map-store';
import type { CallAnswer } from './call-answer';
import { readCallBody } from './call-body';
import type { CallService } from './call-service';
import { cellsOf } from './wire-cells';

export interface CallDeskParts {
  readonly calls: Pick<CallService, 'call'>;
  readonly maps: Pick<MapsService, 'get'>;
  readonly store: Pick<MapStore, 'find'>;
  readonly schemas: SchemaSource;
}

/** Takes in a call as somebody wrote it, whatever way it came. */
export class CallDesk {
  constructor(private readonly parts: CallDeskParts) {}

  /** @throws {HttpException} a problem (RFC 9457): it was not begun */
  async call(map: string, body: unknown, traceparent: string): Promise<CallAnswer> {
    await this.parts.maps.get(map);
    const { fields, ...asked } = readCallBody(body);
    const cells = await this.cells(map, asked.side, fields);
    const answer = await this.parts.calls.call({ ...asked, map, cells, onlyMapped: false, traceparent });
    if (answer !== null) return answer;
    throw problem(409, 'own-write', 'The row is getting these values from the other side just now', {
      detail: 'There is nothing to be carried out: the other side has them already.',
    });
  }

  private async cells(
    name: string,
    side: 'fo' | 'dataverse',
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Parameters<CallService['call']>[0]['cells']> {
    const spec = (await this.parts.store.find(name))?.definition.spec;
    const table = side === 'fo' ? spec?.fo.entity : spec?.dataverse.table;
    const schema = table === undefined ? undefined : await this.parts.schemas.find(side, table);
    if (schema === undefined)
      throw problem(409, 'table-unknown', `${side} does not show the table of map ${name}`);
    const read = cellsOf(schema, fields);
    if ('cells' in read) return read.cells;
    throw problem(400, 'body-invalid', 'The body of the request is not valid', {
      errors: read.problems.map(({ field, message }) => ({ field: `fields.${field}`, message })),
    });
  }
}
