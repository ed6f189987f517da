import { Injectable } from '@nestjs/common';
import type {
  ActAnswer,
  ActedMapDocument,
  AppliedMapDocument,
  CheckedMapDocument,
  MapDocument,
  MapStatusDocument,
} from './api-documents';
import { awaitConfirmations, CONFIRMATION_DEADLINE_MS } from './confirmation-waiter';
import { checkDefinitions, SchemaSource, type DefinitionFile } from './definition-checker';
import type { LifecycleAct } from './lifecycle';
import { MapStore, UnknownMaps, type ActResult, type StoredMap } from './map-store';
import { viewMap } from './map-view';
import { problem } from './problems';
import { StatusBook } from './status-book';

/** Who acts; roles come with the web application. */
const ACTOR = 'token';

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
    return (await this.store.list()).map(({ name, run }) => {
      const { counts, ...view } = viewMap(name, run, this.book, nowMs);
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

  /** What is wrong with these files, and what is worth knowing; nothing is stored. */
  async check(files: readonly DefinitionFile[]): Promise<CheckedMapDocument[]> {
    const { findings, names } = await checkDefinitions(files, this.schemas);
    return files.map(({ name: file }) => ({
      name: names.get(file) ?? null,
      file,
      findings: findings.filter((finding) => finding.file === file).map(({ file: _, ...finding }) => finding),
    }));
  }

  async act(act: LifecycleAct, names: readonly string[]): Promise<ActAnswer> {
    const results = await this.store.act(act, names, ACTOR).catch((error: unknown) => {
      throw error instanceof UnknownMaps ? unknownMaps(error.names) : error;
    });
    const done = results.filter((result) => result.kind === 'done').map((result) => result.map);
    if (done.length === 0) throw conflict(act, results);
    const runs = done.map((map) => ({ map: map.name, runEpoch: map.run.runEpoch }));
    const missing = await awaitConfirmations(this.book, runs, CONFIRMATION_DEADLINE_MS);
    const byName = new Map(results.map((result) => [result.map.name, result]));
    return {
      maps: names.flatMap((name) => {
        const result = byName.get(name);
        return result === undefined ? [] : [this.answer(result, missing.get(name) ?? [])];
      }),
    };
  }

  private answer(result: ActResult, missing: readonly string[]): ActedMapDocument {
    const { name, run } = result.map;
    const { state } = viewMap(name, run, this.book, Date.now());
    if (result.kind === 'refused') {
      return { name, state, confirmed: false, refused: { code: result.code, text: result.text } };
    }
    return missing.length === 0
      ? { name, state, confirmed: true }
      : { name, state, confirmed: false, missing };
  }

  private document(map: StoredMap): MapDocument {
    const { resolved, ...definition } = map.definition;
    const { state, health, reason } = viewMap(map.name, map.run, this.book, Date.now());
    return {
      name: map.name,
      version: map.version,
      state,
      health,
      ...(reason === undefined ? {} : { reason }),
      desired: map.run.desired,
      runEpoch: map.run.runEpoch,
      changedAt: map.changedAt,
      tables: { fo: definition.spec.fo.entity, dataverse: definition.spec.dataverse.table },
      classes: { fo: resolved.fo.class ?? 'A', dataverse: resolved.dataverse.class ?? 'A' },
      definition,
    };
  }
}

function unknownMaps(names: readonly string[]): Error {
  return problem(404, 'map-unknown', 'There is no such map', {
    detail: `No map is named ${names.join(', ')}; nothing was done.`,
    errors: names.map((name) => ({ field: name, message: 'no map has this name' })),
  });
}

function conflict(act: LifecycleAct, results: readonly ActResult[]): Error {
  const refused = results.filter((result) => result.kind === 'refused');
  return problem(409, refused[0]?.code ?? 'conflict', `The state of the map does not allow it to ${act}`, {
    detail: refused.map(({ map, text }) => `${map.name}: ${text}`).join('; '),
    errors: refused.map(({ map, code, text }) => ({ field: map.name, code, message: text })),
  });
}
