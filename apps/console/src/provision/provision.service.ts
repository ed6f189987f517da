import type { Side } from '@dualwrite/events';
import { compileMap, parseMapFile, type CompiledMap } from '@dualwrite/maps';
import {
  buildSolution,
  deriveDefinitions,
  STANDARD_TABLES,
  wantedOf,
  type PlanItem,
  type Solution,
  type TableDefinition,
  type Wanted,
} from '@dualwrite/provision';
import type { TableSchema } from '@dualwrite/schemas';
import type { InternalClient } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import { checkDefinitions, type DefinitionFile, type SchemaSource } from '../definition-checker';
import type { MapStore } from '../map-store';
import { problem } from '../problems';
import { ProvisionedSchemas } from './provisioned-schemas';

export interface ProvisionPlan {
  readonly items: readonly PlanItem[];
}

export interface ProvisionApplied extends ProvisionPlan {
  readonly applied: readonly {
    readonly where: string;
    readonly what: string;
    readonly problem: string | null;
  }[];
}

export interface ProvisionServiceOptions {
  readonly store: Pick<MapStore, 'list'>;
  readonly schemas: SchemaSource;
  readonly connectors: Readonly<Record<Side, InternalClient>>;
}

/** A whole environment is read for a plan; its metadata service takes its time. */
const TIMEOUT_MS = 60_000;

/** Asks both connectors what the maps need of their sides; each has access to its own side alone. */
export class ProvisionService {
  constructor(private readonly options: ProvisionServiceOptions) {}

  /** @param files maps that are not applied yet; none: the maps in use */
  async plan(files: readonly DefinitionFile[]): Promise<ProvisionPlan> {
    const wanted = await this.wanted(files);
    const [fo, dataverse] = await Promise.all([
      this.ask<ProvisionPlan>('fo', 'plan', { entities: wanted.fo }),
      this.ask<ProvisionPlan>('dataverse', 'plan', { tables: wanted.dataverse }),
    ]);
    return { items: [...fo.items, ...dataverse.items] };
  }

  /** One round of changes to Dataverse; F&O has nothing that we could do. */
  async apply(files: readonly DefinitionFile[]): Promise<ProvisionApplied> {
    const wanted = await this.wanted(files);
    const done = await this.ask<ProvisionApplied>('dataverse', 'apply', { tables: wanted.dataverse });
    const fo = await this.ask<ProvisionPlan>('fo', 'plan', { entities: wanted.fo });
    return { applied: done.applied, items: [...fo.items, ...done.items] };
  }

  /** For an administrator of an environment that nobody but administrators may change; touches no side. */
  async solution(files: readonly DefinitionFile[]): Promise<Solution> {
    return buildSolution((await this.wanted(files)).dataverse);
  }

  private async wanted(files: readonly DefinitionFile[]): Promise<Wanted> {
    if (files.length === 0) return wantedOf(await this.mapsInUse(), STANDARD_TABLES);
    const definitions = await this.definitionsFor(files);
    return wantedOf(await this.mapsOf(files, definitions), definitions);
  }

  /** The standard ones, and what follows from the F&O fields that these maps name. */
  private async definitionsFor(files: readonly DefinitionFile[]): Promise<TableDefinition[]> {
    const maps = files.flatMap(({ text, name }) => parseMapFile(text, name).map ?? []);
    const known: Record<Side, Map<string, TableSchema | undefined>> = { fo: new Map(), dataverse: new Map() };
    for (const { spec } of maps) {
      known.fo.set(spec.fo.entity, await this.options.schemas.find('fo', spec.fo.entity));
      const { table } = spec.dataverse;
      known.dataverse.set(table, await this.options.schemas.find('dataverse', table));
    }
    const of = (side: Side) => (name: string) => known[side].get(name);
    return deriveDefinitions(maps, { fo: of('fo'), dataverse: of('dataverse') }, STANDARD_TABLES);
  }

  private async mapsInUse(): Promise<CompiledMap[]> {
    const stored = await this.options.store.list();
    if (stored.length > 0) return stored.map(({ definition, version }) => compileMap(definition, version));
    throw problem(422, 'no-maps', 'There are no maps yet', {
      detail: 'Name the map files that are to be provided for: dw provision plan -f FILE.',
    });
  }

  private async mapsOf(
    files: readonly DefinitionFile[],
    definitions: readonly TableDefinition[],
  ): Promise<CompiledMap[]> {
    const schemas = new ProvisionedSchemas(this.options.schemas, definitions);
    const { maps, findings } = await checkDefinitions(files, schemas);
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return maps.map((map) => compileMap(JSON.parse(JSON.stringify(map)), 1));
    throw problem(422, 'definition-invalid', 'The maps are not valid; nothing was planned', { errors });
  }

  private async ask<T>(side: Side, act: 'plan' | 'apply', body: unknown): Promise<T> {
    try {
      return await this.options.connectors[side].request<T>(`/provision/${act}`, {
        method: 'POST',
        body,
        timeoutMs: TIMEOUT_MS,
      });
    } catch (error) {
      if (!(error instanceof DependencyUnavailable || error instanceof DependencyRefused)) throw error;
      log.warn('console.provision_failed', { side, act, error });
      throw problem(503, 'side-not-provisioned', `The ${side}-connector could not look at its side`, {
        detail: `${error.message}. What was done so far stays; the same command goes on from there.`,
      });
    }
  }
}
