import { isPlanned, type ConnectorRequest, type RequestStatus, type Side } from '@dualwrite/events';
import {
  isWanted,
  mayShare,
  runsOfThisWave,
  sharedRead,
  tableKey,
  type BaselineRun,
  type PlannedMap,
  type TableName,
} from './baseline-run';
import { countId, countRequest, stepRead, type ReadSettings, type TableRead } from './table-read';

export interface AdvanceSettings extends ReadSettings {
  /** Table reads of one side that are under way at a time. */
  readonly readsPerSideMax: number;
}

/** All that a decision needs; read under the lock that lets one replica decide at a time. */
export interface SyncState {
  readonly maps: ReadonlyMap<string, PlannedMap>;
  /** The newest run of each map, and all that are active. */
  readonly runs: readonly BaselineRun[];
  readonly reads: ReadonlyMap<string, TableRead>;
  readonly answers: ReadonlyMap<string, RequestStatus>;
  /** Digest of the columns that the maps want of a table now, by table key. */
  readonly columnSets: ReadonlyMap<string, string>;
  /** The read may ask for its next chunk: those before have settled, but for one. */
  hasCredit(read: TableRead): boolean;
  /** Connector replicas that have not taken over the maps on this table yet. */
  missing(table: TableName): readonly string[];
}

export interface Advance {
  readonly runs: readonly BaselineRun[];
  readonly reads: readonly TableRead[];
  readonly requests: readonly ConnectorRequest[];
  readonly chunks: readonly { readonly read: TableRead; readonly chunk: number; readonly rowCount: number }[];
  /** Why a run has not begun to read, by its id. */
  readonly waiting: ReadonlyMap<string, string>;
}

export const COMPANY_ALL = '*';
/** After so many failures in a row a read is said to struggle. */
const STRUGGLING_FAILURE_COUNT = 3;

/** What is to be done next for all runs; pure. Nothing changed: nothing is to be done before time or an answer comes. */
export function advance(
  state: SyncState,
  settings: AdvanceSettings,
  nowMs: number,
  newId: () => string,
): Advance {
  const runs = new Map(state.runs.map((run) => [run.id, run]));
  const reads = new Map(state.reads);
  const changedRuns = new Set<string>();
  const changedReads = new Set<string>();
  const requests: ConnectorRequest[] = [];
  const chunks: { read: TableRead; chunk: number; rowCount: number }[] = [];
  const setRun = (run: BaselineRun): void => {
    runs.set(run.id, run);
    changedRuns.add(run.id);
  };
  const setRead = (read: TableRead): void => {
    reads.set(read.id, read);
    changedReads.add(read.id);
  };

  for (const run of newRuns(state, nowMs, newId)) setRun(run);
  for (const run of runs.values()) {
    if (run.state !== 'active') continue;
    if (!isWanted(run, state.maps.get(run.map))) setRun({ ...run, state: 'cancelled', finishedAtMs: nowMs });
  }

  const waiting = new Map<string, string>();
  const wave = runsOfThisWave([...runs.values()], state.maps, strugglingRuns(runs.values(), reads));
  for (const run of wave) {
    if (run.readIds.length > 0) continue;
    const begun = beginReads(run, state, reads.values(), nowMs, newId);
    if (typeof begun === 'string') {
      waiting.set(run.id, begun);
      continue;
    }
    for (const read of begun) {
      if (reads.has(read.id)) continue;
      setRead(read);
      requests.push(countRequest(read));
    }
    setRun({ ...run, readIds: begun.map((read) => read.id) });
  }

  const underWay: Record<Side, number> = { fo: 0, dataverse: 0 };
  for (const known of readsOf(runs.values(), reads)) {
    const read = counted(known, state.answers.get(countId(known.id)));
    if (read !== known) setRead(read);
    const isOpen = read.requestId !== null;
    if (!isOpen && underWay[read.side] >= settings.readsPerSideMax) continue;
    const step = stepRead(
      read,
      read.requestId === null ? undefined : state.answers.get(read.requestId),
      settings,
      { nowMs, hasCredit: state.hasCredit(read) },
    );
    if (step.read !== read) setRead(step.read);
    if (step.request) requests.push(forWhom(step.request, step.read, runs.values(), state.maps));
    if (step.finished) chunks.push({ read, ...step.finished });
    if (step.read.requestId !== null) underWay[read.side] += 1;
  }

  for (const run of runs.values()) {
    if (run.state !== 'active' || run.readIds.length === 0) continue;
    const isDone = run.readIds.every((id) => reads.get(id)?.state === 'done');
    if (isDone) setRun({ ...run, state: 'done', finishedAtMs: nowMs });
  }
  return {
    runs: [...runs.values()].filter((run) => changedRuns.has(run.id)),
    reads: [...reads.values()].filter((read) => changedReads.has(read.id)),
    requests,
    chunks,
    waiting,
  };
}

/** Coverage counts for every map whose run was there when the read began: those are the ones that may share it. */
function forWhom(
  request: ConnectorRequest,
  read: TableRead,
  runs: Iterable<BaselineRun>,
  maps: ReadonlyMap<string, PlannedMap>,
): ConnectorRequest {
  if (request.kind !== 'cover') return request;
  const baselines: Record<string, number> = {};
  for (const run of runs) {
    const isOfTable = maps.get(run.map)?.tables.some((table) => tableKey(table) === tableKey(read));
    if (run.state === 'active' && isOfTable && mayShare(run, read)) baselines[run.map] = run.baseline;
  }
  return { ...request, baselines };
}

function newRuns(state: SyncState, nowMs: number, newId: () => string): readonly BaselineRun[] {
  const known = new Set(state.runs.map((run) => `${run.map}/${run.baseline}`));
  return [...state.maps.values()]
    .filter((map) => isPlanned(map.desired) && map.baseline > 0 && !known.has(`${map.name}/${map.baseline}`))
    .map((map) => ({
      id: newId(),
      map: map.name,
      baseline: map.baseline,
      state: 'active',
      wantedAtMs: map.changedAtMs,
      readIds: [],
      createdAtMs: nowMs,
      finishedAtMs: null,
    }));
}

/** @returns the reads of all the tables of the run, or why they cannot begin yet */
function beginReads(
  run: BaselineRun,
  state: SyncState,
  reads: Iterable<TableRead>,
  nowMs: number,
  newId: () => string,
): readonly TableRead[] | string {
  const tables = state.maps.get(run.map)?.tables ?? [];
  const missing = [...new Set(tables.flatMap((table) => state.missing(table)))];
  // A connector that does not know the map yet would read without the map's columns.
  if (missing.length > 0) return `waiting for ${missing.join(', ')} to take the map over`;
  const known = [...reads];
  return tables.map((table) => {
    const columnSet = state.columnSets.get(tableKey(table)) ?? '';
    return sharedRead(run, { ...table, columnSet }, known) ?? newRead(newId(), table, columnSet, nowMs);
  });
}

function counted(read: TableRead, answer: RequestStatus | undefined): TableRead {
  if (read.totalCount !== null || answer?.outcome !== 'done') return read;
  return { ...read, totalCount: answer.rowCount };
}

function newRead(id: string, { side, table }: TableName, columnSet: string, nowMs: number): TableRead {
  return {
    id,
    side,
    table,
    company: COMPANY_ALL,
    columnSet,
    state: 'waiting',
    cursor: null,
    chunk: 0,
    attempt: 0,
    failureCount: 0,
    epoch: null,
    rowCount: 0,
    totalCount: null,
    requestId: null,
    askedAtMs: null,
    notBeforeMs: nowMs,
    lastError: null,
    startedAtMs: null,
    finishedAtMs: null,
  };
}

function* readsOf(runs: Iterable<BaselineRun>, reads: ReadonlyMap<string, TableRead>): Iterable<TableRead> {
  const ids = new Set<string>();
  for (const run of runs) if (run.state === 'active') for (const id of run.readIds) ids.add(id);
  for (const id of ids) {
    const read = reads.get(id);
    if (read) yield read;
  }
}

function strugglingRuns(
  runs: Iterable<BaselineRun>,
  reads: ReadonlyMap<string, TableRead>,
): ReadonlySet<string> {
  const struggling = [...runs].filter((run) =>
    run.readIds.some((id) => (reads.get(id)?.failureCount ?? 0) >= STRUGGLING_FAILURE_COUNT),
  );
  return new Set(struggling.map((run) => run.id));
}
