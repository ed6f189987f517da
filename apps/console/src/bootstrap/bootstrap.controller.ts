import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ACTOR } from '../maps.service';
import { readBody } from '../read-body';
import { bootstrapDocument } from './bootstrap-document';
import { BootstrapPageDocument, BootstrapRequest } from './bootstrap-documents';
import { BootstrapService, type BootstrapPage } from './bootstrap-service';

const CURSOR_LENGTH_MAX = 40_000;
const pageBody = z.strictObject({
  document: bootstrapDocument,
  cursor: z.string().max(CURSOR_LENGTH_MAX).nullable().default(null),
});

@ApiTags('companies')
@ApiBearerAuth()
@Controller('api/v1')
export class BootstrapController {
  constructor(private readonly bootstrap: BootstrapService) {}

  @Post('companies\\:plan')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Which company the next rows of Dataverse that have none would get; changes nothing',
  })
  @ApiOkResponse({ type: BootstrapPageDocument })
  plan(@Body() body: BootstrapRequest): Promise<BootstrapPageDocument> {
    return this.page(body, { apply: false });
  }

  @Post('companies\\:apply')
  @HttpCode(200)
  @ApiOperation({ summary: 'Gives it to them; to be repeated with nextCursor until that is null' })
  @ApiOkResponse({ type: BootstrapPageDocument })
  apply(@Body() body: BootstrapRequest): Promise<BootstrapPageDocument> {
    return this.page(body, { apply: true });
  }

  private async page(body: BootstrapRequest, { apply }: { apply: boolean }): Promise<BootstrapPageDocument> {
    const asked = readBody(pageBody, body);
    return documentOf(await this.bootstrap.page({ ...asked, apply, actor: ACTOR }));
  }
}

function documentOf({ rows, teams, nextCursor }: BootstrapPage): BootstrapPageDocument {
  return {
    rows: rows.map((row) => ({ ...row, companies: [...row.companies], rules: [...row.rules] })),
    teams: [...teams],
    nextCursor,
  };
}
