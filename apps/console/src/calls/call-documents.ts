import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const OUTCOMES = ['applied', 'rejected', 'abandoned', 'in-doubt'];
const SIDES = ['fo', 'dataverse'];

export class CallRequest {
  @ApiProperty({ enum: SIDES, description: 'Side whose edit it is; the other side takes it first' })
  side!: string;
  @ApiProperty({
    example: 'usmf/US-001',
    description: 'Business key with its company, or the id of either row',
  })
  row!: string;
  @ApiProperty({
    type: Object,
    example: { creditlimit: '2500.50' },
    description: 'Columns of that side and their new values; decimals and long numbers as text',
  })
  fields!: Record<string, unknown>;
  @ApiPropertyOptional({
    type: Object,
    example: { creditlimit: '1000.00' },
    description:
      'What the caller saw of these columns. Left out, he is taken to have seen what is known of his side, and an edit that he saw and nobody had heard of yet may be taken for a later one',
  })
  before?: Record<string, unknown>;
  @ApiPropertyOptional({ default: 10_000, minimum: 200, maximum: 110_000 })
  deadlineMs?: number;
  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description:
      'The caller saves the edit itself, so many milliseconds after the answer at most; left out: what the other side has taken travels back',
  })
  savedWithinMs?: number | null;
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Of the caller: asked twice under one id it is done once',
  })
  id?: string;
}

export class CallAnswerDocument {
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty()
  map!: string;
  @ApiProperty({ enum: SIDES })
  side!: string;
  @ApiProperty()
  row!: string;
  @ApiProperty({
    enum: OUTCOMES,
    description: 'abandoned: not carried out, and never will be; in-doubt: ask again by the id',
  })
  outcome!: string;
  @ApiProperty()
  isFinal!: boolean;
  @ApiProperty({ enum: [...SIDES, 'dualwrite'], nullable: true, description: 'Who rejected it' })
  by!: string | null;
  @ApiProperty({ type: String, nullable: true })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true })
  text!: string | null;
  @ApiProperty({ type: Object, nullable: true, description: 'What the other side holds now' })
  target!: object | null;
}
