import { ApiProperty } from '@nestjs/swagger';

export class CheckDocument {
  @ApiProperty({ enum: ['fo', 'dataverse'] })
  side!: string;
  @ApiProperty({ example: 'dataverse-tracking' })
  code!: string;
  @ApiProperty({ enum: ['ok', 'warning', 'failed'] })
  state!: string;
  @ApiProperty()
  what!: string;
  @ApiProperty({ type: String, nullable: true, description: 'What a person does about it' })
  remedy!: string | null;
}

export class ChecksAnswer {
  @ApiProperty({ type: [CheckDocument] })
  checks!: CheckDocument[];
}
