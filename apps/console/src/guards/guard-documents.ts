import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class WindowDocument {
  @ApiPropertyOptional({ type: [String], nullable: true, description: 'null: all maps' })
  maps!: string[] | null;
  @ApiProperty({ description: 'Five fields as in crontab: when it opens', example: '0 22 * * 5' })
  cron!: string;
  @ApiPropertyOptional({ example: 'Europe/Rome', description: 'Default: UTC' })
  timezone!: string;
  @ApiProperty({ description: 'How long it is open' })
  minutes!: number;
  @ApiPropertyOptional({ enum: ['catch-up', 'hold'], description: 'How the maps go on' })
  mode!: string;
  @ApiPropertyOptional({ type: String, nullable: true })
  reason!: string | null;
}

export class WindowView extends WindowDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  opensAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'null: it is not open' })
  openSince!: string | null;
  @ApiProperty({ type: [String], description: 'Maps that it has paused' })
  paused!: string[];
}

export class WindowsAnswer {
  @ApiProperty({ type: [WindowView] })
  windows!: WindowView[];
}

export class RuleDocument {
  @ApiPropertyOptional({ type: [String], nullable: true, description: 'null: all maps' })
  maps!: string[] | null;
  @ApiProperty({ description: 'So many pairs more are parked ...' })
  parkedCount!: number;
  @ApiProperty({ description: '... than within so many seconds before' })
  withinSeconds!: number;
}

export class RuleView extends RuleDocument {
  @ApiProperty()
  name!: string;
}

export class RulesAnswer {
  @ApiProperty({ type: [RuleView] })
  rules!: RuleView[];
}
