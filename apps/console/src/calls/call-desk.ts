import type { Cells, Side } from '@dualwrite/events';
import type { TableSchema } from '@dualwrite/schemas';
import { problem } from '../problems';
import type { SchemaSource } from '../definition-checker';
import type { MapStore } from '../map-store';
import { unknownMaps } from '../unknown-maps';
import type { CallAnswer } from './call-answer';
import { readCallBody } from './call-body';
import type { CallService } from './call-service';
import { cellsOf } from './wire-cells';

export interface CallDeskParts {
  readonly calls: Pick<CallService, 'call'>;
  readonly maps: Pick<MapStore, 'find'>;
  readonly schemas: SchemaSource;
}

/** Takes in a call as somebody wrote it, whatever way it came. */
export class CallDesk {
  constructor(private readonly parts: CallDeskParts) {}

  /** @throws {HttpException} a problem (RFC 9457): it was not begun */
  async call(map: string, body: unknown, traceparent: string): Promise<CallAnswer> {
    const { fields, before, ...asked } = readCallBody(body);
    const schema = await this.schemaOf(map, asked.side);
    const cells = checked('fields', cellsOf(schema, fields));
    const saw = checked('before', cellsOf(schema, before));
    const answer = await this.parts.calls.call({ ...asked, map, cells, saw, onlyMapped: false, traceparent });
    if (answer !== null) return answer;
    throw problem(409, 'own-write', 'The row is getting these values from the other side just now', {
      detail: 'There is nothing to be carried out: the other side has them already.',
    });
  }

  private schemaOf(name: string, side: Side): Promise<TableSchema> {
    return schemaOfMap(this.parts, name, side);
  }
}

/** @throws {HttpException} no such map, or its table is not known */
export async function schemaOfMap(
  { maps, schemas }: Pick<CallDeskParts, 'maps' | 'schemas'>,
  name: string,
  side: Side,
): Promise<TableSchema> {
  const map = await maps.find(name);
  if (map === undefined) throw unknownMaps([name]);
  const { fo, dataverse } = map.definition.spec;
  const schema = await schemas.find(side, side === 'fo' ? fo.entity : dataverse.table);
  if (schema === undefined)
    throw problem(409, 'table-unknown', `${side} does not show the table of map ${name}`);
  return schema;
}

export function checked(member: string, read: ReturnType<typeof cellsOf>): Cells {
  if ('cells' in read) return read.cells;
  throw problem(400, 'body-invalid', 'The body of the request is not valid', {
    errors: read.problems.map(({ field, message }) => ({ field: `${member}.${field}`, message })),
  });
}
