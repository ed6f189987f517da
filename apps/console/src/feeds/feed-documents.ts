import { ApiProperty } from '@nestjs/swagger';

export class FeedDocument {
  @ApiProperty({ enum: ['fo', 'dataverse'] })
  side!: string;
  @ApiProperty()
  table!: string;
  @ApiProperty({ enum: ['nudged', 'polled', 'events', 'swept'] })
  class!: string;
  @ApiProperty({ description: 'Why it is no better class' })
  reason!: string;
  @ApiProperty({ description: 'After so many milliseconds a change is found even if no word of it arrives' })
  healMs!: number;
  @ApiProperty({ description: 'What finding changes costs while nothing changes' })
  requestsPerHour!: number;
}

export class FeedsAnswer {
  @ApiProperty({ type: [FeedDocument] })
  feeds!: FeedDocument[];
  @ApiProperty({ type: [String], description: 'Sides whose connector does not answer' })
  missing!: string[];
}
