import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SideCounts } from '../api-documents';

export class VerifyRequest {
  @ApiPropertyOptional({
    type: [String],
    description: 'Only these maps; all when left out',
  })
  maps?: string[];
}

class VerifiedMapDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty()
  version!: number;
  @ApiProperty()
  state!: string;
  @ApiProperty({ type: SideCounts, description: 'Rows read' })
  rows!: SideCounts;
  @ApiProperty()
  differenceCount!: number;
}

class SideIds {
  @ApiProperty({ type: String, nullable: true })
  fo!: string | null;
  @ApiProperty({ type: String, nullable: true })
  dataverse!: string | null;
}

class DifferenceDocument {
  @ApiProperty()
  map!: string;
  @ApiProperty({
    enum: ['missing', 'extra', 'different', 'doubled', 'no-key'],
    description: 'missing: in F&O, and not in Dataverse; extra: the other way about',
  })
  kind!: string;
  @ApiProperty({ type: String, nullable: true })
  key!: string | null;
  @ApiProperty({ type: SideIds, description: 'How each side names its row' })
  rows!: SideIds;
  @ApiPropertyOptional()
  field?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Of both sides' })
  values?: object;
  @ApiPropertyOptional()
  text?: string;
  @ApiProperty({ type: String, nullable: true, description: 'Why the map leaves the row, if it has said so' })
  aside!: string | null;
}

export class VerifyAnswer {
  @ApiProperty()
  at!: string;
  @ApiProperty({ description: 'Only what is found again at the next look is told' })
  looks!: number;
  @ApiProperty({ type: [VerifiedMapDocument] })
  maps!: VerifiedMapDocument[];
  @ApiProperty()
  differenceCount!: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } })
  byKind!: Record<string, number>;
  @ApiProperty({ type: [DifferenceDocument], description: 'At most fifty thousand' })
  differences!: DifferenceDocument[];
}

class RepairRowDocument {
  @ApiProperty()
  map!: string;
  @ApiProperty({ type: String, nullable: true })
  key!: string | null;
  @ApiProperty({ type: SideIds })
  rows!: SideIds;
  @ApiProperty({ type: [String], description: 'Fields that differ' })
  fields!: string[];
}

export class RepairRequest {
  @ApiProperty({ type: [RepairRowDocument], description: 'At most 500 in a call' })
  rows!: RepairRowDocument[];
  @ApiPropertyOptional({ description: 'Only say what would be written' })
  preview?: boolean;
}

class RepairedRowDocument {
  @ApiProperty()
  map!: string;
  @ApiProperty({ type: String, nullable: true })
  key!: string | null;
  @ApiProperty({ enum: ['equal', 'mended', 'planned', 'aside', 'different'] })
  outcome!: string;
  @ApiProperty({ type: [Object], description: 'Of a preview: side, kind and patch of each write' })
  writes!: object[];
  @ApiProperty({ type: String, nullable: true })
  text!: string | null;
}

export class RepairAnswer {
  @ApiProperty({ type: [RepairedRowDocument] })
  rows!: RepairedRowDocument[];
}
