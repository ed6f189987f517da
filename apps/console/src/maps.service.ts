import { Injectable } from '@nestjs/common';
import type { DeleteLimit } from '@dualwrite/events';
import type {
  CompaniesAnswer,
  DirectionAnswer,
  AppliedMapDocument,
  CheckedMapDocument,
  MapDocument,
  MapStatusDocument,
} from './api-documents';
import { checkDefinitions, SchemaSource, type DefinitionFile } from './definition-checker';
import { CONFIRMATION_DEADLINE_MS } from './confirmation-waiter';
import type { CompanyChange } from './companies';
import type { DirectionChange } from './directions';
import type { DeleteLimitAnswer } from './deletes/deletes-documents';
import { MapStore, UnknownMaps, type StoredMap } from './map-store';
import { awaitTakeOver } from './take-over-waiter';
import { viewMap, type MapView } from './map-view';
import { problem } from './problems';
import { StatusBook } from './status-book';
import { unknownMaps } from './unknown-maps';

/** Who acts; roles come with the web application. */
export const ACTOR = 'token';

@Injectable()
export class MapsService {
  constructor(
    private readonly store: MapStore,
    private readonly book: StatusBook,
    private readonly schemas: SchemaSource,
  ) {}

  async list(): Promise<MapDocument[]> {
    return (await this.store.list()).map((map) => this.document(map));
  }

  async get(name: string): Promise<MapDocument> {
    const map = await this.store.find(name);
    if (map === undefined) throw unknownMaps([name]);
    return this.document(map);
  }

  async status(): Promise<MapStatusDocument[]> {
    const nowMs = Date.now();
    return (await this.store.list()).map((map) => {
      const { name, run } = map;
      const { counts, ...view } = withReason(map, viewMap(name, run, this.book, nowMs));
      return { name, ...view, ...counts };
    });
  }

  async apply(files: readonly DefinitionFile[]): Promise<readonly AppliedMapDocument[]> {
    const { maps, findings } = await checkDefinitions(files, this.schemas);
    if (findings.some((finding) => finding.severity === 'error')) {
      throw problem(422, 'definition-invalid', 'The maps are not valid; nothing was applied', {
        errors: findings,
      });
    }
    const applied = await this.store.apply(maps, ACTOR);
    return applied;
  }

  /** Only rows of the companies concerned are looked at again; resolves once every mapper has taken it over. */
  async changeCompanies(name: string, change: CompanyChange): Promise<CompaniesAnswer> {
    const map = await this.store.changeCompanies(name, change, ACTOR).catch((error: unknown) => {
      throw error instanceof UnknownMaps ? unknownMaps(error.names) : error;
    });
    const missing = await awaitTakeOver(this.book, map, CONFIRMATION_DEADLINE_MS);
    const confirmed = missing.length === 0;
    return { name, companies: map.companies, confirmed, ...(confirmed ? {} : { missing: [...missing] }) };
  }

  /** Takes effect as the map runs: resolves once every mapper has taken it over. */
  async setDeleteLimit(name: string, limit: Partial<DeleteLimit>): Promise<DeleteLimitAnswer> {
    const map = await this.store.setDeleteLimit(name, limit, ACTOR).catch((error: unknown) => {
      throw error instanceof UnknownMaps ? unknownMaps(error.names) : error;
    });
    const missing = await awaitTakeOver(this.book, map, CONFIRMATION_DEADLINE_MS);
    const confirmed = missing.length === 0;
    return { name, deleteLimit: map.deleteLimit, confirmed, ...(confirmed ? {} : { missing: [...missing] }) };
  }

  /** Takes effect as the map runs, once every mapper has taken it over; a write that was under way still ends. */
  async setDirection(name: string, change: DirectionChange): Promise<DirectionAnswer> {
    const map = await this.store.setDirection(name, change, ACTOR).catch((error: unknown) => {
      throw error instanceof UnknownMaps ? unknownMaps(error.names) : error;
    });
    const missing = await awaitTakeOver(this.book, map, CONFIRMATION_DEADLINE_MS);
    const confirmed = missing.length === 0;
    return { name, directions: map.directions, confirmed, ...(confirmed ? {} : { missing: [...missing] }) };
  }

  /** What is wrong with these files, and what is worth knowing; nothing is stored. */
  async check(files: readonly DefinitionFile[]): Promise<CheckedMapDocument[]> {
    const { findings, names } = await checkDefinitions(files, this.schemas);
    return files.map(({ name: file }) => ({
      name: names.get(file) ?? null,
      file,
      findings: findings.filter((finding) => finding.file === file).map(({ file: _, ...finding }) => finding),
    }));
  }

  private document(map: StoredMap): MapDocument {
    const { resolved, ...definition } = map.definition;
    const { state, health, reason } = withReason(map, viewMap(map.name, map.run, this.book, Date.now()));
    return {
      name: map.name,
      version: map.version,
      state,
      health,
      ...(reason === undefined ? {} : { reason }),
      desired: map.run.desired,
      companies: map.companies,
      deleteLimit: map.deleteLimit,
      directions: map.directions,
      runEpoch: map.run.runEpoch,
      changedAt: map.changedAt,
      tables: { fo: definition.spec.fo.entity, dataverse: definition.spec.dataverse.table },
      classes: { fo: resolved.fo.class ?? 'A', dataverse: resolved.dataverse.class ?? 'A' },
      definition,
    };
  }
}

/** A map that stands still says why, before anything that its services have to say. */
function withReason({ run, actedBy, reason }: StoredMap, view: MapView): MapView {
  const isResting = run.desired === 'paused' || run.desired === 'stopped';
  if (!isResting || reason === null) return view;
  const acted = `${run.desired} by ${actedBy ?? 'somebody'}: ${reason}`;
  return { ...view, reason: view.reason === undefined ? acted : `${acted}; ${view.reason}` };
}
