import { ApiProperty } from '@nestjs/swagger';

export class PlanItemDocument {
  @ApiProperty({ enum: ['fo', 'dataverse'] })
  side!: string;
  @ApiProperty({ example: 'column' })
  kind!: string;
  @ApiProperty({ example: 'account.msdyn_creditrating' })
  where!: string;
  @ApiProperty({ example: 'make the text of 255 characters' })
  what!: string;
  @ApiProperty({ enum: ['missing', 'different', 'pending', 'failed', 'unconfirmed'] })
  state!: string;
  @ApiProperty({ description: 'Applying the plan does it' })
  isOurs!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'What a person does about it' })
  remedy!: string | null;
}

export class ProvisionPlanDocument {
  @ApiProperty({ type: [PlanItemDocument] })
  items!: PlanItemDocument[];
}

export class AppliedItemDocument {
  @ApiProperty()
  where!: string;
  @ApiProperty()
  what!: string;
  @ApiProperty({ type: String, nullable: true, description: 'null: done' })
  problem!: string | null;
}

export class ProvisionAppliedDocument extends ProvisionPlanDocument {
  @ApiProperty({ type: [AppliedItemDocument] })
  applied!: AppliedItemDocument[];
}

export class SolutionFileDocument {
  @ApiProperty({ example: 'customizations.xml' })
  name!: string;
  @ApiProperty()
  text!: string;
}

export class SolutionCountsDocument {
  @ApiProperty({ description: 'Tables that are made' })
  tables!: number;
  @ApiProperty({ description: 'Tables that every environment has, and that get something' })
  standardTables!: number;
  @ApiProperty()
  columns!: number;
  @ApiProperty()
  lookups!: number;
  @ApiProperty()
  keys!: number;
}

export class SolutionDocument {
  @ApiProperty({ type: [SolutionFileDocument], description: 'To be packed into one zip, as they are' })
  files!: SolutionFileDocument[];
  @ApiProperty({ type: SolutionCountsDocument })
  counts!: SolutionCountsDocument;
  @ApiProperty({ type: [PlanItemDocument], description: 'What the solution cannot bring' })
  leftOut!: PlanItemDocument[];
}
