import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The forms of the API, for the OpenAPI document. */
const STATES = ['draft', 'stopped', 'initial-sync', 'catching-up', 'running', 'paused', 'stopping'];
const HEALTHS = ['healthy', 'degraded', 'blocked', 'unknown'];

export class MapFileDocument {
  @ApiProperty({ description: 'Shown with findings', example: 'maps/customers.yaml' })
  name!: string;
  @ApiProperty({ description: 'YAML or JSON of a TableMap' })
  text!: string;
}

export class ApplyRequest {
  @ApiPropertyOptional({ type: [MapFileDocument], description: 'Map files as text' })
  files?: MapFileDocument[];
  @ApiPropertyOptional({ type: [Object], description: 'TableMap documents as JSON' })
  documents?: object[];
}

export class AppliedMapDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty()
  version!: number;
  @ApiProperty({ enum: ['created', 'updated', 'unchanged'] })
  action!: string;
}

export class ApplyAnswer {
  @ApiProperty({ type: [AppliedMapDocument] })
  maps!: AppliedMapDocument[];
}

export class FindingDocument {
  @ApiProperty({ example: 'unknown-column' })
  code!: string;
  @ApiProperty({ enum: ['error', 'warning', 'info'] })
  severity!: string;
  @ApiProperty({ example: 'spec.fields[3].dataverse' })
  field!: string;
  @ApiProperty()
  message!: string;
  @ApiProperty({ type: Number, nullable: true })
  line!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  column!: number | null;
}

export class CheckedMapDocument {
  @ApiProperty({ type: String, nullable: true, description: 'null: the file names no map' })
  name!: string | null;
  @ApiProperty()
  file!: string;
  @ApiProperty({ type: [FindingDocument] })
  findings!: FindingDocument[];
}

export class CheckAnswer {
  @ApiProperty({ type: [CheckedMapDocument] })
  maps!: CheckedMapDocument[];
}

export class MapTablesDocument {
  @ApiProperty()
  fo!: string;
  @ApiProperty()
  dataverse!: string;
}

export class MapClassesDocument {
  @ApiProperty({ enum: ['A', 'B'], description: 'B: F&O does not honour If-Match on the table' })
  fo!: string;
  @ApiProperty({ enum: ['A', 'B'], description: 'B: Dataverse does not honour If-Match on the table' })
  dataverse!: string;
}

export class MapDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty()
  version!: number;
  @ApiProperty({ enum: STATES })
  state!: string;
  @ApiProperty({ enum: HEALTHS })
  health!: string;
  @ApiPropertyOptional({ description: 'Why it is in this state or health, in words' })
  reason?: string;
  @ApiProperty({ enum: ['draft', 'stopped', 'paused', 'running'] })
  desired!: string;
  @ApiProperty({ description: 'Grows with every start, pause, resume and stop' })
  runEpoch!: number;
  @ApiProperty({ format: 'date-time' })
  changedAt!: string;
  @ApiProperty({ type: MapTablesDocument })
  tables!: MapTablesDocument;
  @ApiProperty({ type: MapClassesDocument })
  classes!: MapClassesDocument;
  @ApiProperty({ type: Object, description: 'TableMap document; can be applied as it is' })
  definition!: object;
}

export class MapListAnswer {
  @ApiProperty({ type: [MapDocument] })
  maps!: MapDocument[];
}

export class ActRequest {
  @ApiPropertyOptional({
    type: [String],
    description: 'Names of the maps; not needed where the path names one',
  })
  names?: string[];
}

export class RefusalDocument {
  @ApiProperty()
  code!: string;
  @ApiProperty()
  text!: string;
}

export class ActedMapDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty({ enum: STATES })
  state!: string;
  @ApiProperty({ description: 'Every live mapper and connector replica has taken it over' })
  confirmed!: boolean;
  @ApiPropertyOptional({ type: [String], description: 'Replicas that have not confirmed yet' })
  missing?: readonly string[];
  @ApiPropertyOptional({ type: RefusalDocument, description: 'The state of this map does not allow the act' })
  refused?: RefusalDocument;
}

export class ActAnswer {
  @ApiProperty({ type: [ActedMapDocument] })
  maps!: ActedMapDocument[];
}

export class SideCounts {
  @ApiProperty()
  fo!: number;
  @ApiProperty()
  dataverse!: number;
}

export class MapStatusDocument {
  @ApiProperty()
  name!: string;
  @ApiProperty({ enum: STATES })
  state!: string;
  @ApiProperty({ enum: HEALTHS })
  health!: string;
  @ApiPropertyOptional()
  reason?: string;
  @ApiProperty({ description: 'Running, nothing lags, nothing waits, no write is under way' })
  inStep!: boolean;
  @ApiProperty()
  lagMs!: number;
  @ApiProperty()
  lagCount!: number;
  @ApiProperty({ description: 'written + unchanged + filtered + parked + waiting + held' })
  examined!: number;
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
  @ApiProperty({ description: 'Pairs with a write under way; counted in their class, too' })
  open!: number;
}

export class StatusAnswer {
  @ApiProperty({ type: [MapStatusDocument] })
  maps!: MapStatusDocument[];
}

export class RowEventDocument {
  @ApiProperty({ format: 'date-time' })
  at!: string;
  @ApiProperty()
  service!: string;
  @ApiProperty({ example: 'applied' })
  what!: string;
  @ApiProperty({ type: String, nullable: true })
  map!: string | null;
  @ApiProperty({ type: String, nullable: true })
  side!: string | null;
  @ApiProperty({ type: String, nullable: true })
  traceId!: string | null;
  @ApiProperty({ type: String, nullable: true })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true })
  text!: string | null;
  @ApiProperty({ type: [Object] })
  fields!: object[];
}

export class RowAnswer {
  @ApiProperty({ type: [RowEventDocument], description: 'Oldest first' })
  events!: RowEventDocument[];
}

export class WaitedForDocument {
  @ApiProperty({ description: 'Dataverse table of the row that is waited for' })
  table!: string;
  @ApiProperty({ description: 'Column that it is looked for by; the primary id where only that is known' })
  column!: string;
  @ApiProperty({ description: 'As keys are compared: in upper case' })
  value!: string;
  @ApiProperty({ type: String, nullable: true })
  company!: string | null;
}

export class WaitingRowDocument {
  @ApiProperty()
  map!: string;
  @ApiProperty({ type: String, nullable: true, example: 'usmf/US-001' })
  key!: string | null;
  @ApiProperty()
  pairId!: string;
}

export class WaitSourceDocument extends WaitingRowDocument {
  @ApiProperty({ type: String, nullable: true })
  verdict!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it is parked' })
  reason!: string | null;
  @ApiProperty({ type: [WaitedForDocument] })
  waitsFor!: WaitedForDocument[];
}

const WAIT_CAUSES = ['no-map', 'no-row', 'on-its-way', 'waiting', 'circle', 'parked', 'filtered', 'held'];

export class WaitDocument extends WaitedForDocument {
  @ApiProperty({ description: 'Rows that wait for it' })
  rowCount!: number;
  @ApiProperty({ type: [WaitingRowDocument], description: 'The first of them' })
  rows!: WaitingRowDocument[];
  @ApiProperty({ enum: WAIT_CAUSES, description: 'Why it is not there' })
  cause!: string;
  @ApiProperty({ type: WaitSourceDocument, nullable: true, description: 'The pair that it will come from' })
  source!: WaitSourceDocument | null;
}

export class WaitsAnswer {
  @ApiProperty({ type: [WaitDocument], description: 'The most wanted first' })
  waits!: WaitDocument[];
}

class ParkDocument {
  @ApiProperty({ description: 'Closed list; see docs/reference/policies.md' })
  reason!: string;
  @ApiProperty({ type: String, nullable: true })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true, description: "The side's own words, where there are any" })
  text!: string | null;
}

class ParkedPairDocument {
  @ApiProperty()
  pairId!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Business key: usmf/US-001' })
  key!: string | null;
  @ApiProperty({ type: [ParkDocument] })
  parks!: ParkDocument[];
  @ApiProperty()
  since!: string;
}

export class ParkedAnswer {
  @ApiProperty({ type: [ParkedPairDocument] })
  parked!: ParkedPairDocument[];
}

export class ReleaseRequest {
  @ApiProperty({ type: [String], description: 'Business keys, native ids of either side, or pair ids' })
  rows!: string[];
  @ApiProperty({
    required: false,
    enum: ['fo', 'dataverse'],
    description: 'Whose value, or whose delete, counts where the policy asks a person',
  })
  winner?: 'fo' | 'dataverse';
  @ApiProperty({ required: false, description: 'Who and why, for the journal' })
  reason?: string;
}

class ReleasedPairDocument {
  @ApiProperty()
  pairId!: string;
  @ApiProperty({ type: String, nullable: true })
  key!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Class of the pair after the release' })
  verdict!: string | null;
  @ApiProperty({ type: [ParkDocument], description: 'What is parked again' })
  parks!: ParkDocument[];
}

class ReleaseRefusalDocument {
  @ApiProperty()
  code!: string;
  @ApiProperty()
  text!: string;
}

class ReleasedRowDocument {
  @ApiProperty({ description: 'As it was asked for' })
  row!: string;
  @ApiProperty({ type: [ReleasedPairDocument] })
  pairs!: ReleasedPairDocument[];
  @ApiProperty({ required: false, type: ReleaseRefusalDocument })
  refused?: ReleaseRefusalDocument;
}

export class ReleaseAnswer {
  @ApiProperty({ type: [ReleasedRowDocument] })
  rows!: ReleasedRowDocument[];
}
