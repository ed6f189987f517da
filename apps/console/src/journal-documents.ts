import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RowEventDocument } from './api-documents';

/** The forms of the journal's API, for the OpenAPI document. */
export class JournalEntryDocument extends RowEventDocument {
  @ApiProperty({ description: 'Position in the journal: a 64-bit integer as text' })
  seq!: string;
  @ApiProperty({ enum: ['info', 'warning', 'error'] })
  severity!: string;
  @ApiProperty({ type: String, nullable: true })
  company!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'usmf/US-001' })
  key!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Where its trace is shown' })
  traceUrl!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The error group that it belongs to' })
  fingerprint!: string | null;
}

export class JournalAnswer {
  @ApiProperty({ type: [JournalEntryDocument], description: 'Newest first' })
  entries!: JournalEntryDocument[];
  @ApiProperty({ type: String, nullable: true, description: 'Pass it as cursor to get older ones' })
  nextCursor!: string | null;
}

export class ErrorsAnswer {
  @ApiProperty({ type: [JournalEntryDocument], description: 'Newest first' })
  errors!: JournalEntryDocument[];
  @ApiProperty({ type: String, nullable: true, description: 'Pass it as cursor to get older ones' })
  nextCursor!: string | null;
}

export class ErrorGroupDocument {
  @ApiProperty()
  fingerprint!: string;
  @ApiProperty({ type: String, nullable: true })
  map!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'null: of several companies, or of none' })
  company!: string | null;
  @ApiProperty()
  service!: string;
  @ApiProperty({ example: 'rejected' })
  what!: string;
  @ApiProperty({ type: String, nullable: true })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Words of the newest entry' })
  text!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'A row that has it' })
  sampleKey!: string | null;
  @ApiProperty()
  count!: number;
  @ApiProperty({ format: 'date-time' })
  firstAt!: string;
  @ApiProperty({ format: 'date-time' })
  lastAt!: string;
  @ApiProperty({ enum: ['open', 'ignored', 'resolved', 'regressed'] })
  state!: string;
  @ApiPropertyOptional({
    description: 'Rows that have it, as far as the journal reaches back; of one group only',
  })
  rowCount?: number;
}

export class ErrorGroupsAnswer {
  @ApiProperty({ type: [ErrorGroupDocument], description: 'The newest trouble first' })
  groups!: ErrorGroupDocument[];
}

export class ErrorGroupStateRequest {
  @ApiProperty({ enum: ['open', 'ignored', 'resolved'] })
  state!: string;
  @ApiPropertyOptional({ type: String, nullable: true })
  reason?: string | null;
}
