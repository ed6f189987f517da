import type { FoTable } from '../../edm/fo-table';
import type { ODataRequest } from '../../odata/exchange';
import type { Write } from '../../store/transaction';
import type { FoContext } from '../fo-context';
import { BlobStore } from './blob-store';
import { entityFile, readEntityFile } from './entity-file';
import { importRow } from './import-row';
import { readPackage, writePackage, type PackageFile } from './package';
import { writeCsv } from './csv';
import { BadPackage } from '../../zip/zip';

export type JobStatus =
  'Unknown' | 'NotRun' | 'Executing' | 'Succeeded' | 'PartiallySucceeded' | 'Failed' | 'Canceled';

export interface JobError {
  readonly RecordId: string;
  readonly Field: string;
  readonly ErrorMessage: string;
}

/** A data project that exports: made by people in the application, so by an option here. */
export interface DataProject {
  /** Labels, collections or AOT names. */
  readonly entities: readonly string[];
  /** Only what was created or updated since the last run; deletes are not exported. */
  readonly changeTracking?: boolean;
  /** The import bypasses the row methods: no events. */
  readonly setBased?: boolean;
}

interface Job {
  readonly kind: 'import' | 'export';
  readonly startedMs: number;
  status: JobStatus;
  errors: JobError[];
  /** Blob names by what they are: the package, or error files by entity. */
  files: Record<string, string>;
}

type Committed = (writes: readonly Write[], by: Pick<ODataRequest, 'caller' | 'method'>) => void;

const NOTE = 'dmf';
const CHUNK_ROWS = 200;

interface Kept {
  jobs: Record<string, Job>;
  /** Newest write that a tracked export has seen, by project, entity and company. */
  exported: Record<string, number>;
}

/** Import and export jobs over packages. They run beside the requests, a chunk of rows at a time. */
export class DataJobs {
  readonly blobs: BlobStore;
  private readonly kept: Kept;
  private isClosed = false;

  constructor(
    private readonly context: FoContext,
    private readonly onCommit: Committed,
  ) {
    this.blobs = new BlobStore(context.clock);
    this.kept = (context.store.readNote(NOTE) as Kept | undefined) ?? { jobs: {}, exported: {} };
    // What ran when the process ended does not go on.
    for (const job of Object.values(this.kept.jobs)) if (job.status === 'Executing') job.status = 'Failed';
  }

  close(): void {
    this.isClosed = true;
  }

  reset(): void {
    this.kept.jobs = {};
    this.kept.exported = {};
    this.blobs.clear();
    this.keep();
  }

  has(id: string): boolean {
    return this.kept.jobs[id] !== undefined;
  }

  /** As a caller who polls sees it: no job ends before its shortest duration. */
  status(id: string): JobStatus {
    const job = this.kept.jobs[id];
    if (!job) return 'Unknown';
    const isEarly = this.context.clock.nowMs() < job.startedMs + this.context.options.get('dmfDurationMs');
    return isEarly && job.status !== 'NotRun' ? 'Executing' : job.status;
  }

  isImporting(): boolean {
    return Object.entries(this.kept.jobs).some(
      ([id, job]) => job.kind === 'import' && this.status(id) === 'Executing',
    );
  }

  errors(id: string): readonly JobError[] {
    return this.kept.jobs[id]?.errors ?? [];
  }

  /** Name of a blob; undefined: there is none (yet). */
  file(id: string, what: string): string | undefined {
    return this.status(id) === 'Executing' ? undefined : this.kept.jobs[id]?.files[what];
  }

  project(name: string): DataProject | undefined {
    return this.context.options.get('dataProjects')[name];
  }

  findEntity(name: string): FoTable | undefined {
    const wanted = name.toLowerCase();
    return this.context.catalog
      .all()
      .find(({ label, set, entity }) => [label, set, entity].some((own) => own.toLowerCase() === wanted));
  }

  startExport(
    id: string,
    order: { project: string; company: string; packageName: string; countMax?: number },
  ): void {
    const job = this.begin(id, 'export', 'Executing');
    setImmediate(() => this.run(job, () => Promise.resolve(this.export(job, id, order))));
  }

  startImport(
    id: string,
    order: { project: string; company: string; packageUrl: string; execute: boolean; caller: string },
  ): void {
    const job = this.begin(id, 'import', order.execute ? 'Executing' : 'NotRun');
    if (order.execute) setImmediate(() => this.run(job, () => this.import(job, id, order)));
  }

  private begin(id: string, kind: Job['kind'], status: JobStatus): Job {
    const job: Job = { kind, startedMs: this.context.clock.nowMs(), status, errors: [], files: {} };
    this.kept.jobs[id] = job;
    this.keep();
    return job;
  }

  private run(job: Job, work: () => Promise<void>): void {
    work()
      .catch((error: unknown) => {
        job.status = 'Failed';
        job.errors.push({ RecordId: '', Field: '', ErrorMessage: (error as Error).message });
        if (!(error instanceof BadPackage))
          process.stderr.write(`${JSON.stringify({ event: 'sandbox.failed', error: String(error) })}\n`);
      })
      .finally(() => {
        if (!this.isClosed) this.keep();
      });
  }

  private export(
    job: Job,
    id: string,
    {
      project,
      company,
      packageName,
      countMax = Number.MAX_SAFE_INTEGER,
    }: { project: string; company: string; packageName: string; countMax?: number },
  ): void {
    const { entities = [], changeTracking = false } = this.project(project) ?? {};
    const files = entities.map((name): PackageFile => {
      const table = this.findEntity(name);
      if (!table) throw new BadPackage(`the project ${project} names the entity ${name}, which is not there`);
      const store = this.context.store.table(table.name);
      const mark = `${project}\n${table.name}\n${company}`;
      const until = this.context.store.seq;
      const candidates = changeTracking
        ? store.changes.between(this.kept.exported[mark] ?? 0, until).written
        : store.sorted.all();
      if (changeTracking) this.kept.exported[mark] = until;
      const own = candidates.filter((row) => !table.hasCompany || row.cells['dataAreaId'] === company);
      return {
        entity: table.label,
        fileName: `${table.label}.csv`,
        content: entityFile(table, own.slice(0, countMax)),
      };
    });
    const blob = `${id}/${packageName}.zip`;
    this.blobs.put(blob, writePackage(project, files));
    job.files['package'] = blob;
    job.status = 'Succeeded';
  }

  private async import(
    job: Job,
    id: string,
    order: { project: string; company: string; packageUrl: string; caller: string },
  ): Promise<void> {
    const bytes = this.blobs.readByUrl(order.packageUrl);
    if (!bytes) throw new BadPackage('there is no package at the URL, or its signature is not valid');
    let done = 0;
    for (const { entity, content } of readPackage(bytes)) {
      const table = this.findEntity(entity);
      if (!table) throw new BadPackage(`the package names the entity ${entity}, which is not there`);
      const { head, rows } = readEntityFile(table, content);
      const refused: (readonly string[])[] = [];
      for (let start = 0; start < rows.length && !this.isClosed; start += CHUNK_ROWS) {
        for (const row of rows.slice(start, start + CHUNK_ROWS)) {
          const problem = row.problem ?? this.importOne(table, row.fields, order);
          if (problem === undefined) done += 1;
          else {
            refused.push(row.line);
            job.errors.push({ RecordId: row.line.join(','), Field: '', ErrorMessage: problem });
          }
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (refused.length > 0) this.keepErrorFile(job, id, table, [head, ...refused]);
    }
    job.status = job.errors.length === 0 ? 'Succeeded' : done > 0 ? 'PartiallySucceeded' : 'Failed';
  }

  private importOne(
    table: FoTable,
    fields: Parameters<typeof importRow>[2],
    { project, company, caller }: { project: string; company: string; caller: string },
  ): string | undefined {
    const { problem, writes } = importRow(this.context, table, fields, { company, caller });
    if (writes.length > 0 && this.project(project)?.setBased !== true)
      this.onCommit(writes, { caller, method: 'POST' });
    return problem;
  }

  private keepErrorFile(job: Job, id: string, table: FoTable, lines: readonly (readonly string[])[]): void {
    const blob = `${id}/${table.label} errors.csv`;
    this.blobs.put(blob, Buffer.from(writeCsv(lines)));
    job.files[`errors:${table.name}`] = blob;
  }

  private keep(): void {
    this.context.store.note(NOTE, this.kept);
  }
}
