import { BadRequestException, Body, Controller, HttpCode, Post } from '@nestjs/common';
import { wantedEntitiesForm, type PlanItem } from '@dualwrite/provision';
import { FoPlanner } from './fo-planner';

/** What maps need of F&O, and what of it is not there. */
@Controller('provision')
export class ProvisionController {
  constructor(private readonly planner: FoPlanner) {}

  @Post('plan')
  @HttpCode(200)
  async plan(@Body() body: unknown): Promise<{ readonly items: readonly PlanItem[] }> {
    const read = wantedEntitiesForm.safeParse(body);
    if (read.success) return { items: await this.planner.plan(read.data.entities) };
    throw new BadRequestException(
      read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  }
}
