import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import type { Column, TableSchema } from '@dualwrite/schemas';
import { SchemaCache } from '../tables/schema-cache';

export type SchemaJson = Omit<TableSchema, 'columns'> & { readonly columns: readonly Column[] };

/** The side's tables for whoever checks maps; read from `$metadata`, cached. */
@Controller('schema')
export class SchemaController {
  constructor(@Inject(SchemaCache) private readonly schemas: SchemaCache) {}

  @Get()
  async list(): Promise<{ tables: Omit<SchemaJson, 'columns'>[] }> {
    const all = [...(await this.schemas.all()).values()];
    return { tables: all.map(({ columns: _columns, ...table }) => table) };
  }

  @Get(':table')
  async one(@Param('table') table: string): Promise<SchemaJson> {
    const schema = await this.schemas.find(table);
    if (schema === undefined) throw new NotFoundException(`There is no table ${table} on this side.`);
    return { ...schema, columns: [...schema.columns.values()] };
  }
}
