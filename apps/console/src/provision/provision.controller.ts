import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApplyRequest } from '../api-documents';
import { readProvisionBody } from '../read-body';
import { ProvisionAppliedDocument, ProvisionPlanDocument, SolutionDocument } from './provision-documents';
import { ProvisionService } from './provision.service';

@ApiTags('provision')
@ApiBearerAuth()
@Controller('api/v1')
export class ProvisionController {
  constructor(private readonly provision: ProvisionService) {}

  @Post('provision\\:plan')
  @HttpCode(200)
  @ApiOperation({ summary: 'What both sides lack for these maps, or for the maps in use; changes nothing' })
  @ApiOkResponse({ type: ProvisionPlanDocument })
  async plan(@Body() body: ApplyRequest): Promise<ProvisionPlanDocument> {
    return { items: [...(await this.provision.plan(readProvisionBody(body))).items] };
  }

  @Post('provision\\:apply')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Makes what is missing, for some seconds; to be repeated until nothing of ours is left',
  })
  @ApiOkResponse({ type: ProvisionAppliedDocument })
  async apply(@Body() body: ApplyRequest): Promise<ProvisionAppliedDocument> {
    const { applied, items } = await this.provision.apply(readProvisionBody(body));
    return { applied: [...applied], items: [...items] };
  }
  @Post('provision\\:solution')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'The same for a Dataverse with standard tables only, as the files of an unmanaged solution; changes nothing',
  })
  @ApiOkResponse({ type: SolutionDocument })
  async solution(@Body() body: ApplyRequest): Promise<SolutionDocument> {
    const { files, counts, leftOut } = await this.provision.solution(readProvisionBody(body));
    return { files: [...files], counts, leftOut: [...leftOut] };
  }
}
