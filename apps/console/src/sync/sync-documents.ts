import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SideCounts } from '../api-documents';

export class SyncPlanRequest {
  @ApiPropertyOptional({ type: [String], description: 'Only these maps; all when left out' })
  maps?: string[];
}

class SecondsRange {
  @ApiProperty({ description: 'If nothing holds it up' })
  low!: number;
  @ApiProperty()
  high!: number;
}

class ProblemGroupDocument {
  @ApiProperty()
  map!: string;
  @ApiProperty({ enum: ['fo', 'dataverse'], description: 'Side that the rows would be written to' })
  side!: string;
  @ApiProperty({ description: 'missing-row: they would wait; all others would be parked' })
  code!: string;
  @ApiProperty({ type: String, nullable: true })
  field!: string | null;
  @ApiProperty()
  text!: string;
  @ApiProperty()
  rowCount!: number;
  @ApiProperty({ type: [String], description: 'Business keys of the first rows' })
  samples!: string[];
}

class PlannedMapDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty()
  version!: number;
  @ApiProperty()
  state!: string;
  @ApiProperty()
  wave!: number;
  @ApiProperty({ type: SideCounts })
  rows!: SideCounts;
  @ApiProperty({ type: SideCounts, description: 'Left out by filters, or with no side to be made on' })
  filtered!: SideCounts;
  @ApiProperty({ type: SideCounts })
  creates!: SideCounts;
  @ApiProperty({ type: SideCounts })
  updates!: SideCounts;
  @ApiProperty()
  unchanged!: number;
  @ApiProperty()
  parked!: number;
  @ApiProperty()
  waiting!: number;
  @ApiProperty({ type: [ProblemGroupDocument] })
  problems!: ProblemGroupDocument[];
  @ApiProperty({ type: SecondsRange })
  seconds!: SecondsRange;
}

export class SyncPlanAnswer {
  @ApiProperty({ type: [PlannedMapDocument], description: 'In the order of their waves' })
  maps!: PlannedMapDocument[];
  @ApiProperty({ type: SecondsRange })
  seconds!: SecondsRange;
  @ApiProperty({ description: 'Rows in problem groups; a row with two problems counts twice' })
  problemCount!: number;
}

class RunTableDocument {
  @ApiProperty({ enum: ['fo', 'dataverse'] })
  side!: string;
  @ApiProperty()
  table!: string;
  @ApiProperty()
  company!: string;
  @ApiProperty({ enum: ['waiting', 'reading', 'covering', 'done'] })
  state!: string;
  @ApiProperty()
  read!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'Rows of the table when the read began' })
  total!: number | null;
  @ApiProperty()
  ratePerSecond!: number;
  @ApiProperty({
    type: SecondsRange,
    nullable: true,
    description: 'null: nobody can tell yet, or it is done',
  })
  secondsLeft!: SecondsRange | null;
  @ApiProperty()
  chunks!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the last attempt failed; it is tried again',
  })
  error!: string | null;
}

class BooksDocument {
  @ApiProperty({ type: SideCounts })
  written!: SideCounts;
  @ApiProperty()
  unchanged!: number;
  @ApiProperty()
  filtered!: number;
  @ApiProperty()
  parked!: number;
  @ApiProperty()
  waiting!: number;
  @ApiProperty()
  held!: number;
}

class RunDocument {
  @ApiProperty()
  id!: string;
  @ApiProperty()
  map!: string;
  @ApiProperty({ description: 'Counts the starts of the map' })
  baseline!: number;
  @ApiProperty({ enum: ['active', 'done', 'cancelled'] })
  state!: string;
  @ApiProperty()
  startedAt!: string;
  @ApiProperty({ type: String, nullable: true })
  finishedAt!: string | null;
  @ApiProperty({ type: SideCounts, description: "Rows read of the map's own two tables" })
  read!: SideCounts;
  @ApiProperty({ type: [RunTableDocument] })
  tables!: RunTableDocument[];
  @ApiProperty({ type: BooksDocument, nullable: true, description: 'Pairs of the map by class' })
  books!: BooksDocument | null;
}

export class SyncRunsAnswer {
  @ApiProperty({ type: [RunDocument] })
  runs!: RunDocument[];
}
