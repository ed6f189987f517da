import { ApiProperty } from '@nestjs/swagger';

const OUTCOMES = ['agreed', 'different', 'missing', 'extra', 'withdrawn'];
const KINDS = ['create', 'update', 'delete'];

class ShadowCountDocument {
  @ApiProperty({ enum: ['fo', 'dataverse'], description: 'Where it was, or would have been, written' })
  side!: string;
  @ApiProperty({
    enum: OUTCOMES,
    description:
      'agreed: they did what we would have; different: something else; missing: nothing in time; extra: what we would not have; withdrawn: what it was planned from is no longer so',
  })
  outcome!: string;
  @ApiProperty()
  count!: number;
}

class ShadowFieldCountDocument extends ShadowCountDocument {
  @ApiProperty({ example: 'CreditLimit=creditlimit' })
  field!: string;
}

class WouldWriteDocument {
  @ApiProperty({ enum: ['fo', 'dataverse'] })
  side!: string;
  @ApiProperty({ enum: KINDS })
  kind!: string;
  @ApiProperty()
  count!: number;
}

class ShadowFieldDocument {
  @ApiProperty()
  field!: string;
  @ApiProperty({ type: Object, nullable: true, description: 'What we would have written' })
  ours!: unknown;
  @ApiProperty({ type: Object, nullable: true, description: 'What the row shows' })
  theirs!: unknown;
}

class ShadowRowsDocument {
  @ApiProperty({ type: String, nullable: true })
  fo!: string | null;
  @ApiProperty({ type: String, nullable: true })
  dataverse!: string | null;
}

class ShadowFindingDocument {
  @ApiProperty()
  id!: string;
  @ApiProperty()
  pairId!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Business key: usmf/US-001' })
  key!: string | null;
  @ApiProperty({ enum: ['fo', 'dataverse'] })
  side!: string;
  @ApiProperty({ enum: KINDS })
  kind!: string;
  @ApiProperty({ enum: ['different', 'missing', 'extra'] })
  outcome!: string;
  @ApiProperty({ type: ShadowRowsDocument, description: 'Native ids' })
  rows!: ShadowRowsDocument;
  @ApiProperty({ type: [ShadowFieldDocument] })
  fields!: ShadowFieldDocument[];
  @ApiProperty({ format: 'date-time' })
  expectedAt!: string;
  @ApiProperty({ format: 'date-time' })
  foundAt!: string;
}

export class ShadowReportAnswer {
  @ApiProperty()
  map!: string;
  @ApiProperty({ description: 'shadow, or what it is now, after the cutover' })
  state!: string;
  @ApiProperty({ type: [ShadowCountDocument], description: 'Since the map went into shadow' })
  counts!: ShadowCountDocument[];
  @ApiProperty({ type: [ShadowFieldCountDocument], description: 'How often a field differs' })
  fields!: ShadowFieldCountDocument[];
  @ApiProperty({ type: [WouldWriteDocument], description: 'Rows that a cutover at this moment would write' })
  wouldWrite!: WouldWriteDocument[];
  @ApiProperty({ type: [ShadowFindingDocument], description: 'The newest first' })
  findings!: ShadowFindingDocument[];
  @ApiProperty({ type: String, nullable: true, description: 'For the next, older page' })
  nextBefore!: string | null;
}
