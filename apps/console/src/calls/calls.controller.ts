import { Body, Controller, Get, Headers, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { SchemaSource } from '../definition-checker';
import { MapsService } from '../maps.service';
import { MapStore } from '../map-store';
import { problem } from '../problems';
import { readCallBody } from './call-body';
import { CallAnswerDocument, CallRequest } from './call-documents';
import { CallService } from './call-service';
import type { CallAnswer } from './call-answer';
import { cellsOf } from './wire-cells';

/** Edits that a caller waits for. */
@ApiTags('calls')
@ApiBearerAuth()
@Controller('api/v1/maps/:name/calls')
export class CallsController {
  constructor(
    private readonly calls: CallService,
    private readonly maps: MapsService,
    private readonly store: MapStore,
    private readonly schemas: SchemaSource,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Has the other side take an edit of one row, and says before the deadline what became of it',
  })
  @ApiBody({ type: CallRequest })
  @ApiOkResponse({ type: CallAnswerDocument })
  async call(
    @Param('name') name: string,
    @Body() body: unknown,
    @Headers(TRACEPARENT_HEADER) traceparent: string | undefined,
  ): Promise<CallAnswer> {
    await this.maps.get(name);
    const { fields, ...asked } = readCallBody(body);
    const cells = await this.cells(name, asked.side, fields);
    const answer = await this.calls.call({
      ...asked,
      map: name,
      cells,
      onlyMapped: false,
      traceparent: traceparent ?? startChange(),
    });
    if (answer !== null) return answer;
    throw problem(409, 'own-write', 'The row is getting these values from the other side just now', {
      detail: 'There is nothing to be carried out: the other side has them already.',
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'What became of a call' })
  @ApiOkResponse({ type: CallAnswerDocument })
  async find(@Param('name') name: string, @Param('id', ParseUUIDPipe) id: string): Promise<CallAnswer> {
    await this.maps.get(name);
    return this.calls.find(name, id);
  }

  private async cells(
    name: string,
    side: 'fo' | 'dataverse',
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Parameters<CallService['call']>[0]['cells']> {
    const spec = (await this.store.find(name))?.definition.spec;
    const table = side === 'fo' ? spec?.fo.entity : spec?.dataverse.table;
    const schema = table === undefined ? undefined : await this.schemas.find(side, table);
    if (schema === undefined)
      throw problem(409, 'table-unknown', `${side} does not show the table of map ${name}`);
    const read = cellsOf(schema, fields);
    if ('cells' in read) return read.cells;
    throw problem(400, 'body-invalid', 'The body of the request is not valid', {
      errors: read.problems.map(({ field, message }) => ({ field: `fields.${field}`, message })),
    });
  }
}
