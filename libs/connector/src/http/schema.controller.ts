import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { schemaToJson, type TableSchemaJson } from '@dualwrite/schemas';
import { SchemaCache } from '../tables/schema-cache';

/** The side's tables for whoever checks maps; read from `$metadata`, cached. */
@Controller('schema')
export class SchemaController {
  constructor(@Inject(SchemaCache) private readonly schemas: SchemaCache) {}

  @Get()
  async list(): Promise<{ tables: Omit<TableSchemaJson, 'columns'>[] }> {
    const all = [...(await this.schemas.all()).values()];
    return { tables: all.map(({ columns: _columns, ...table }) => table) };
  }

  @Get(':table')
  async one(@Param('table') table: string): Promise<TableSchemaJson> {
    const schema = await this.schemas.find(table);
    if (schema === undefined) throw new NotFoundException(`There is no table ${table} on this side.`);
    return schemaToJson(schema);
  }
}
