import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The forms of the API, for the OpenAPI document. */
const STATES = ['draft', 'stopped', 'initial-sync', 'catching-up', 'running', 'paused', 'stopping', 'shadow'];
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
  @ApiProperty({ enum: ['draft', 'stopped', 'paused', 'running', 'shadow'] })
  desired!: string;
  @ApiProperty({
    type: Object,
    description: 'Companies that it serves: `only` these, or all `except` those; empty: all',
  })
  companies!: object;
  @ApiProperty({ type: Object, description: 'Its own limit of deletes: countMax, percentMax, windowMs' })
  deleteLimit!: object;
  @ApiProperty({ type: Object, description: '`all` and `companies` that go one way; empty: both ways' })
  directions!: object;
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

export class CompaniesRequest {
  @ApiPropertyOptional({ type: [String], example: ['usmf'] })
  add?: string[];
  @ApiPropertyOptional({ type: [String] })
  remove?: string[];
  @ApiPropertyOptional({ type: [String], description: 'These and no others; or `"all"`' })
  only?: string[] | 'all';
}

export class CompaniesAnswer {
  @ApiProperty()
  name!: string;
  @ApiProperty({ type: Object, description: '`only` these, or all `except` those; empty: all' })
  companies!: object;
  @ApiProperty({ description: 'Every live mapper plans by it' })
  confirmed!: boolean;
  @ApiPropertyOptional({ type: [String] })
  missing?: string[];
}

export class DirectionRequest {
  @ApiProperty({ enum: ['both', 'to-fo', 'to-dataverse'] })
  direction!: string;
  @ApiPropertyOptional({ description: 'Company code; left out: the map, where no company has its own' })
  company?: string;
}

export class DirectionAnswer {
  @ApiProperty()
  name!: string;
  @ApiProperty({ type: Object, description: '`all` and `companies` that go one way; empty: both ways' })
  directions!: object;
  @ApiProperty({ description: 'Every live mapper plans by it' })
  confirmed!: boolean;
  @ApiPropertyOptional({ type: [String] })
  missing?: string[];
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
  @ApiPropertyOptional({ description: 'For the journal, and shown beside the state' })
  reason?: string;
  @ApiPropertyOptional({
    enum: ['name', 'refuse', 'with'],
    description:
      'pause, stop: running maps whose rows point at rows of these are named (default), refuse the act, or go along',
  })
  dependants?: string;
  @ApiPropertyOptional({
    enum: ['catch-up', 'hold', 'discard'],
    description:
      'resume: catch up first (default); go live, and hold rows that changed meanwhile; or let those changes never travel',
  })
  mode?: string;
  @ApiPropertyOptional({
    description: 'resume, discard: the count of changes that an earlier refusal has told',
  })
  discardCount?: number;
  @ApiPropertyOptional({
    enum: ['run', 'skip'],
    description:
      'start: what differs is written (default); or what is there is taken for agreed, and only later edits travel',
  })
  initialSync?: string;
  @ApiPropertyOptional({
    description:
      'shadow: milliseconds that others have to do what we would have done; five minutes by default',
  })
  graceMs?: number;
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
  @ApiPropertyOptional({
    type: [String],
    description: 'Running maps that depend on these; their rows may wait',
  })
  dependants?: string[];
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

class SampleDocument {
  @ApiProperty()
  pairId!: string;
  @ApiProperty({ type: String, nullable: true })
  key!: string | null;
}

class ParkGroupDocument {
  @ApiProperty({ description: 'Of map, direction, code and field', example: '3f2a90c1d7be' })
  fingerprint!: string;
  @ApiProperty()
  map!: string;
  @ApiProperty()
  reason!: string;
  @ApiProperty()
  code!: string;
  @ApiProperty({ enum: ['to-fo', 'to-dataverse', 'both'] })
  direction!: string;
  @ApiProperty({ type: String, nullable: true })
  field!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'In the words of the newest' })
  text!: string | null;
  @ApiProperty()
  count!: number;
  @ApiProperty({ format: 'date-time' })
  firstAt!: string;
  @ApiProperty({ format: 'date-time' })
  lastAt!: string;
  @ApiProperty({ type: String, nullable: true, description: 'When the next is tried again by itself' })
  retryAt!: string | null;
  @ApiProperty({ type: [SampleDocument] })
  samples!: SampleDocument[];
}

export class ParkGroupsAnswer {
  @ApiProperty({ type: [ParkGroupDocument] })
  groups!: ParkGroupDocument[];
}

class FieldDocument {
  @ApiProperty()
  field!: string;
  @ApiProperty({ type: Object, nullable: true, description: 'Values of both sides at the last agreement' })
  base!: object | null;
  @ApiProperty({ type: Object, nullable: true })
  fo!: unknown;
  @ApiProperty({ type: Object, nullable: true })
  dataverse!: unknown;
  @ApiProperty({ enum: ['conflict', 'travels', 'in-step'] })
  standing!: string;
}

class ConflictDocument extends SampleDocument {
  @ApiProperty({ type: [ParkDocument] })
  parks!: ParkDocument[];
  @ApiProperty()
  isHeld!: boolean;
  @ApiProperty({ type: [FieldDocument] })
  fields!: FieldDocument[];
  @ApiProperty({
    type: Object,
    description: 'By side: native id, version, and when and by whom, where it is read',
  })
  changed!: object;
}

export class ConflictsAnswer {
  @ApiProperty({ type: [ConflictDocument] })
  pairs!: ConflictDocument[];
}

export class RetryRequest {
  @ApiProperty()
  map!: string;
  @ApiProperty({ required: false, description: 'Fingerprint of a group' })
  group?: string;
  @ApiProperty({ required: false, type: [String], description: 'Rows; neither: all that is parked or held' })
  rows?: string[];
  @ApiProperty({ required: false, enum: ['retry', 'release'], description: 'release also decides doubts' })
  how?: string;
  @ApiProperty({ required: false, enum: ['fo', 'dataverse'] })
  winner?: string;
  @ApiProperty({ required: false })
  reason?: string;
  @ApiProperty({ required: false, description: 'Default: 50' })
  ratePerSecond?: number;
  @ApiProperty({ required: false, description: 'Only choose; start it later by its id' })
  frozen?: boolean;
}

export class ReplayRequest {
  @ApiProperty()
  map!: string;
  @ApiProperty({ required: false, format: 'date-time', description: 'Rows that were seen since' })
  from?: string;
  @ApiProperty({
    required: false,
    type: Object,
    description: 'Rows that were seen since these offsets, by TOPIC/PARTITION',
    example: { 'dw.fo.CustomersV3.observations/0': '4711' },
  })
  offsets?: object;
  @ApiProperty({ required: false, type: [String], description: 'Business keys, native ids or pair ids' })
  rows?: string[];
  @ApiProperty({ required: false, description: 'Only say how many differ; changes nothing' })
  preview?: boolean;
  @ApiProperty({ required: false, description: 'Have both sides read afresh first' })
  read?: boolean;
  @ApiProperty({ required: false, description: 'Default: 50' })
  ratePerSecond?: number;
  @ApiProperty({ required: false })
  reason?: string;
}

export class OperationDocument {
  @ApiProperty()
  id!: string;
  @ApiProperty({ enum: ['retry', 'replay'] })
  kind!: string;
  @ApiProperty()
  map!: string;
  @ApiProperty({ enum: ['frozen', 'running', 'stopped', 'done', 'failed'] })
  state!: string;
  @ApiProperty({ type: Object })
  asked!: object;
  @ApiProperty()
  ratePerSecond!: number;
  @ApiProperty()
  total!: number;
  @ApiProperty()
  done!: number;
  @ApiProperty({ type: Object, description: 'Rows by what became of them' })
  outcomes!: object;
  @ApiProperty({ type: Object })
  progress!: object;
  @ApiProperty({ type: String, nullable: true })
  text!: string | null;
}

export class OperationsAnswer {
  @ApiProperty({ type: [OperationDocument] })
  operations!: OperationDocument[];
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
  @ApiProperty({
    required: false,
    type: Object,
    description:
      'By field, of one row: `{"take": "fo"}`, or a value for both, `{"side": "fo", "value": "text"}`, in the form of that side',
    example: { 'CreditLimit=creditlimit': { take: 'fo' } },
  })
  choices?: object;
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
