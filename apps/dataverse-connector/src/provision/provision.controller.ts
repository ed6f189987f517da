import { BadRequestException, Body, Controller, HttpCode, Post } from '@nestjs/common';
import { wantedTablesForm, type PlanItem, type WantedTable } from '@dualwrite/provision';
import { Provisioner, type ApplyAnswer } from './provisioner';

/** What maps need of Dataverse: the differences, and making them go away. */
@Controller('provision')
export class ProvisionController {
  constructor(private readonly provisioner: Provisioner) {}

  @Post('plan')
  @HttpCode(200)
  async plan(@Body() body: unknown): Promise<{ readonly items: readonly PlanItem[] }> {
    return { items: await this.provisioner.plan(wantedIn(body)) };
  }

  @Post('apply')
  @HttpCode(200)
  apply(@Body() body: unknown): Promise<ApplyAnswer> {
    return this.provisioner.apply(wantedIn(body));
  }
}

function wantedIn(body: unknown): readonly WantedTable[] {
  const read = wantedTablesForm.safeParse(body);
  if (read.success) return read.data.tables;
  throw new BadRequestException(
    read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}
