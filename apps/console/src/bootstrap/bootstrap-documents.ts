import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class BootstrapRequest {
  @ApiProperty({ description: 'A document of kind CompanyBootstrap', type: Object })
  document!: object;
  @ApiPropertyOptional({ description: 'nextCursor of the answer before; left out: from the first row' })
  cursor?: string;
}

export class BootstrappedRowDocument {
  @ApiProperty()
  table!: string;
  @ApiProperty()
  id!: string;
  @ApiProperty({ enum: ['planned', 'written', 'refused', 'none', 'several'] })
  outcome!: string;
  @ApiProperty({ type: [String], description: 'The company; or those between which a person decides' })
  companies!: string[];
  @ApiProperty({ type: [Number], description: 'Places in spec.rules, from 0' })
  rules!: number[];
  @ApiProperty({ type: String, nullable: true, description: 'Of a refusal' })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true })
  text!: string | null;
  @ApiProperty({ type: Object, description: 'What the rules looked at' })
  cells!: object;
}

export class OwnerTeamDocument {
  @ApiProperty()
  company!: string;
  @ApiProperty({ example: 'USMF DW' })
  name!: string;
  @ApiProperty()
  id!: string;
  @ApiProperty({ enum: ['there', 'missing', 'made'] })
  state!: string;
}

export class BootstrapPageDocument {
  @ApiProperty({ type: [BootstrappedRowDocument] })
  rows!: BootstrappedRowDocument[];
  @ApiProperty({ type: [OwnerTeamDocument] })
  teams!: OwnerTeamDocument[];
  @ApiProperty({ type: String, nullable: true, description: 'null: that was all' })
  nextCursor!: string | null;
}
