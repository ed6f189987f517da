import { ApiProperty } from '@nestjs/swagger';

class RollingRoundDocument {
  @ApiProperty({ format: 'date-time' })
  startedAt!: string;
  @ApiProperty({ enum: ['fo', 'dataverse'], description: "Whose rows are read: F&O's first" })
  side!: string;
  @ApiProperty({ description: 'Of both sides, so far' })
  rowCount!: number;
}

class EndedRoundDocument {
  @ApiProperty({ format: 'date-time' })
  startedAt!: string;
  @ApiProperty({ format: 'date-time', description: 'Then every row of both sides had been looked at' })
  endedAt!: string;
  @ApiProperty()
  rowCount!: number;
  @ApiProperty()
  differenceCount!: number;
}

export class RollingMapDocument {
  @ApiProperty()
  map!: string;
  @ApiProperty({ description: 'Budget; 0: this map is not verified' })
  rowsPerMinute!: number;
  @ApiProperty({ description: "The budget is the map's own" })
  isOwn!: boolean;
  @ApiProperty({ type: RollingRoundDocument, nullable: true })
  round!: RollingRoundDocument | null;
  @ApiProperty({ type: EndedRoundDocument, nullable: true, description: 'Coverage: the last full round' })
  lastRound!: EndedRoundDocument | null;
  @ApiProperty({ description: 'Differences that survived a second look, and still stand' })
  differenceCount!: number;
  @ApiProperty({ description: 'Those that the map does not leave for a reason of its own' })
  unexplainedCount!: number;
}

export class RollingAnswer {
  @ApiProperty({ type: [RollingMapDocument] })
  maps!: RollingMapDocument[];
}

export class RollingMapAnswer extends RollingMapDocument {
  @ApiProperty({ type: [Object], description: 'The newest first; as in a report of dw verify' })
  differences!: object[];
}

export class RollingRateRequest {
  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Rows of both sides a minute; 0: none; null: as the service says',
  })
  rowsPerMinute!: number | null;
}
