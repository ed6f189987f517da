import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class DeleteLimitDocument {
  @ApiPropertyOptional({ description: 'Deletes within the window' })
  countMax?: number;
  @ApiPropertyOptional({ description: "Of the map's rows; holds above a hundred deletes" })
  percentMax?: number;
  @ApiPropertyOptional({ description: 'Milliseconds' })
  windowMs?: number;
}

class HeldDeleteDocument {
  @ApiProperty()
  pairId!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Business key: usmf/US-001' })
  key!: string | null;
  @ApiProperty({ enum: ['fo', 'dataverse'], description: 'Where the row would be deleted' })
  side!: string;
}

export class HeldDeletesAnswer {
  @ApiProperty()
  map!: string;
  @ApiProperty({ description: 'The breaker has tripped: deletes of the map wait for a person' })
  areHeld!: boolean;
  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  heldAt!: string | null;
  @ApiProperty({ description: 'Deletes that were planned within the window, up to now' })
  deletedCount!: number;
  @ApiProperty({ description: 'So many may be, by the limit and the size of the map' })
  countMax!: number;
  @ApiProperty({ type: DeleteLimitDocument })
  limit!: DeleteLimitDocument;
  @ApiProperty()
  heldCount!: number;
  @ApiProperty({ type: [HeldDeleteDocument], description: 'The first twenty' })
  samples!: HeldDeleteDocument[];
}

export class ReleaseDeletesRequest {
  @ApiProperty({ description: 'heldCount as it was told: who names it has seen it' })
  count!: number;
  @ApiPropertyOptional({ description: 'For the journal' })
  reason?: string;
  @ApiPropertyOptional({ description: 'Default: 50' })
  ratePerSecond?: number;
}

export class DeleteLimitAnswer {
  @ApiProperty()
  name!: string;
  @ApiProperty({ type: DeleteLimitDocument, description: "The map's own; what is left out is the service's" })
  deleteLimit!: DeleteLimitDocument;
  @ApiProperty({ description: 'Every live mapper plans by it' })
  confirmed!: boolean;
  @ApiPropertyOptional({ type: [String] })
  missing?: string[];
}
