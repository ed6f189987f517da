import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SideCounts } from '../api-documents';

export class ProofRequest {
  @ApiPropertyOptional({ type: [String], description: 'Only these maps; all when left out or empty' })
  maps?: string[];
}

class ProvedMapDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty()
  state!: string;
  @ApiProperty({ description: 'A map that does not run keeps no promise now, and is not judged' })
  isJudged!: boolean;
  @ApiProperty({ type: SideCounts, description: 'Rows read' })
  rows!: SideCounts;
  @ApiProperty()
  pairs!: number;
  @ApiProperty({ description: 'Pairs that are set aside with a reason: they need not agree' })
  parked!: number;
  @ApiProperty()
  breachCount!: number;
}

class BreachDocument {
  @ApiProperty({
    description: 'disagreement, doubled, resurrected, unaccounted, unseen, unsettled, unbalanced',
  })
  kind!: string;
  @ApiProperty()
  map!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Business key; null where it is the whole map' })
  key!: string | null;
  @ApiPropertyOptional({ enum: ['fo', 'dataverse'] })
  side?: string;
  @ApiPropertyOptional()
  field?: string;
  @ApiProperty({ description: 'In words, with the values' })
  text!: string;
}

export class ProofAnswer {
  @ApiProperty()
  ok!: boolean;
  @ApiProperty({
    description: 'What is on its way looks like a breach: it is looked at again, and what stays is told',
  })
  looks!: number;
  @ApiProperty({ type: [ProvedMapDocument] })
  maps!: ProvedMapDocument[];
  @ApiProperty()
  breachCount!: number;
  @ApiProperty({ type: [BreachDocument], description: 'At most a thousand' })
  breaches!: BreachDocument[];
}
