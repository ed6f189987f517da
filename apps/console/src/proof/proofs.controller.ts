import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DifferencesTold } from '../differences-told';
import { readProofBody } from '../read-body';
import { ProofAnswer, ProofRequest } from './proof-documents';
import { ProofService, type Proof } from './proof-service';

/** Proof on demand: reads only, changes nothing. */
@ApiTags('proofs')
@ApiBearerAuth()
@Controller('api/v1/proofs')
export class ProofsController {
  constructor(
    private readonly proofs: ProofService,
    private readonly told: DifferencesTold,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Reads both sides of maps afresh and says whether what is promised holds, with the rows that break it',
  })
  @ApiOkResponse({ type: ProofAnswer })
  async prove(@Body() body: ProofRequest): Promise<Proof> {
    const proof = await this.proofs.prove(readProofBody(body));
    const judged = proof.maps.filter(({ isJudged }) => isJudged);
    await this.told.tell(judged.map(({ name, breachCount }) => ({ map: name, count: breachCount })));
    return proof;
  }
}
