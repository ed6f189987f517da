import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const OUTCOMES = ['applied', 'rejected', 'abandoned', 'in-doubt'];
const KINDS = ['update', 'create', 'delete'];
const SIDES = ['fo', 'dataverse'];

export class DocumentPartRequest {
  @ApiProperty({ example: 'customersv3-accounts' })
  map!: string;
  @ApiPropertyOptional({ enum: KINDS, default: 'update' })
  kind?: string;
  @ApiProperty({
    description:
      'Business key with its company, or the id of either row; of a row that is made, the id that it will have',
  })
  row!: string;
  @ApiPropertyOptional({
    type: Object,
    description: 'Columns and their new values; of a new row all of them; decimals and long numbers as text',
  })
  fields?: Record<string, unknown>;
  @ApiPropertyOptional({ type: Object, description: 'What the caller saw of these columns' })
  before?: Record<string, unknown>;
}

export class DocumentRequest {
  @ApiProperty({ enum: SIDES, description: 'Side whose edits these are; the other side takes them first' })
  from!: string;
  @ApiProperty({ type: [DocumentPartRequest], description: 'At most 100, the header first' })
  parts!: DocumentPartRequest[];
  @ApiPropertyOptional({ default: 10_000, minimum: 200, maximum: 110_000 })
  deadlineMs?: number;
  @ApiPropertyOptional({ type: Number, nullable: true, description: 'The caller saves the document itself' })
  savedWithinMs?: number | null;
  @ApiPropertyOptional({ format: 'uuid', description: 'Asked twice under one id it is done once' })
  id?: string;
}

export class DocumentPartDocument {
  @ApiProperty()
  map!: string;
  @ApiProperty({ enum: KINDS })
  kind!: string;
  @ApiProperty()
  row!: string;
  @ApiProperty({ type: Object, nullable: true, description: 'What the other side holds now' })
  target!: object | null;
}

export class DocumentAnswerDocument {
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty({ enum: SIDES })
  from!: string;
  @ApiProperty({
    enum: OUTCOMES,
    description: 'Of all parts. abandoned: not carried out, and never will be; in-doubt: ask again by the id',
  })
  outcome!: string;
  @ApiProperty()
  isFinal!: boolean;
  @ApiProperty({ enum: [...SIDES, 'dualwrite'], nullable: true, description: 'Who rejected it' })
  by!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Index of the part that is the reason' })
  part!: number | null;
  @ApiProperty({ type: String, nullable: true })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true })
  text!: string | null;
  @ApiProperty({ type: [DocumentPartDocument] })
  parts!: DocumentPartDocument[];
}
