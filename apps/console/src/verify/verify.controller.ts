import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { readProofBody, readRepairBody } from '../read-body';
import { RepairService, type RepairedRow } from './repair-service';
import { RepairAnswer, RepairRequest, VerifyAnswer, VerifyRequest } from './verify-documents';
import { VerifyService, type Verification } from './verify-service';

/** Both sides held against each other, and what differs mended. */
@ApiTags('verify')
@ApiBearerAuth()
@Controller('api/v1')
export class VerifyController {
  constructor(
    private readonly verify: VerifyService,
    private readonly repairs: RepairService,
  ) {}

  @Post('verifications')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Reads both sides of maps afresh, writes nothing, and says what is missing, extra or different',
  })
  @ApiOkResponse({ type: VerifyAnswer })
  compare(@Body() body: VerifyRequest): Promise<Verification> {
    return this.verify.verify(readProofBody(body));
  }

  @Post('repairs')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Has rows of a report looked at and planned again by the usual way, or says what that would write',
  })
  @ApiOkResponse({ type: RepairAnswer })
  async repair(@Body() body: RepairRequest): Promise<{ rows: readonly RepairedRow[] }> {
    const { rows, preview } = readRepairBody(body);
    return { rows: await this.repairs.repair(rows, { preview }) };
  }
}
