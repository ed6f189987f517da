import { Injectable } from '@nestjs/common';
import type { Backlog } from '@dualwrite/events';
import type { ActAnswer, ActedMapDocument } from './api-documents';
import { BacklogReader } from './backlog';
import { awaitConfirmations, CONFIRMATION_DEADLINE_MS } from './confirmation-waiter';
import { dependantsOf } from './dependants';
import { DiscardOffers } from './discard-offers';
import type { LifecycleAct } from './lifecycle';
import { MapStore, UnknownMaps, type ActResult, type StoredMap } from './map-store';
import { viewMap } from './map-view';
import { problem } from './problems';
import { StatusBook } from './status-book';
import { unknownMaps } from './unknown-maps';

export interface Act {
  readonly act: LifecycleAct;
  readonly names: readonly string[];
  readonly actor: string;
  readonly reason?: string | undefined;
  /** Of a pause or a stop: running maps that point at rows of these are named, are a reason to refuse, or go along. */
  readonly dependants?: 'name' | 'refuse' | 'with' | undefined;
  /** Of a resume. */
  readonly mode?: 'catch-up' | Backlog['mode'] | undefined;
  /** Of a start: what is there already is taken for agreed, and does not travel. */
  readonly initialSync?: 'run' | 'skip' | undefined;
  /** The number that was told, typed: without it nothing is discarded. */
  readonly discardCount?: number | undefined;
  /** Of a shadow: so long the others have to do what we would have done. */
  readonly graceMs?: number | undefined;
  readonly isAutomatic?: boolean;
}

/** Start, pause, resume, stop: of many maps at once, each with an answer of its own, once every replica has confirmed. */
@Injectable()
export class MapActs {
  constructor(
    private readonly store: MapStore,
    private readonly book: StatusBook,
    private readonly backlog: BacklogReader,
    private readonly offers: DiscardOffers,
  ) {}

  async act(asked: Act): Promise<ActAnswer> {
    const maps = await this.store.list();
    const unknown = asked.names.filter((name) => !maps.some((map) => map.name === name));
    if (unknown.length > 0) throw unknownMaps(unknown);
    const dependants = asked.act === 'pause' || asked.act === 'stop' ? dependantsOf(maps, asked.names) : [];
    if (dependants.length > 0 && asked.dependants === 'refuse') throw refusedFor(asked, dependants);
    const names = asked.dependants === 'with' ? [...asked.names, ...dependants] : asked.names;
    const backlogs = await this.backlogsOf(
      maps.filter((map) => names.includes(map.name)),
      asked,
    );
    const { act, actor, reason, isAutomatic = false } = asked;
    const skips = await this.skipsOf(maps, asked);
    const shadow = asked.graceMs === undefined ? undefined : { graceMs: asked.graceMs };
    const order = { act, names, actor, reason, backlogs, skips, shadow, isAutomatic };
    const results = await this.store.act(order).catch((error: unknown) => {
      throw error instanceof UnknownMaps ? unknownMaps(error.names) : error;
    });
    const answers = await this.confirmed(act, names, results);
    return {
      maps: answers,
      ...(dependants.length > 0 && asked.dependants !== 'with' ? { dependants: [...dependants] } : {}),
    };
  }

  private async confirmed(
    act: LifecycleAct,
    names: readonly string[],
    results: readonly ActResult[],
  ): Promise<ActedMapDocument[]> {
    const done = results.filter((result) => result.kind === 'done').map((result) => result.map);
    if (done.length === 0) throw conflict(act, results);
    const runs = done.map((map) => ({ map: map.name, runEpoch: map.run.runEpoch }));
    const missing = await awaitConfirmations(this.book, runs, CONFIRMATION_DEADLINE_MS);
    const byName = new Map(results.map((result) => [result.map.name, result]));
    return names.flatMap((name) => {
      const result = byName.get(name);
      return result === undefined ? [] : [this.answer(result, missing.get(name) ?? [])];
    });
  }

  /** What is to become of what came while they were paused; none: it is caught up with. */
  private async backlogsOf(
    maps: readonly StoredMap[],
    { act, mode = 'catch-up', discardCount }: Act,
  ): Promise<ReadonlyMap<string, Backlog>> {
    if (act !== 'resume' || mode === 'catch-up') return new Map();
    const paused = maps.filter(({ run }) => run.desired === 'paused');
    if (mode === 'hold') {
      const looks = await Promise.all(
        paused.map(async (map) => [map.name, await this.backlog.look(map)] as const),
      );
      return new Map(looks.map(([name, { ends }]) => [name, { mode, ends }]));
    }
    const offers = await Promise.all(
      paused.map(async (map) => [map, await this.offers.find(map.name, map.run.runEpoch)] as const),
    );
    const told = offers.reduce((sum, [, offer]) => sum + (offer?.count ?? 0), 0);
    if (discardCount === undefined || told !== discardCount || offers.some(([, offer]) => !offer))
      throw await this.offer(paused, discardCount);
    return new Map(
      offers.flatMap(([{ name }, offer]) => (offer ? [[name, { mode, ends: offer.ends }]] : [])),
    );
  }

  /** Where the past ends of maps that begin without an initial sync. */
  private async skipsOf(
    maps: readonly StoredMap[],
    { act, names, initialSync }: Act,
  ): Promise<ReadonlyMap<string, Pick<Backlog, 'ends'>>> {
    if (act !== 'start' || initialSync !== 'skip') return new Map();
    const own = maps.filter(({ name }) => names.includes(name));
    return new Map(
      await Promise.all(own.map(async (map) => [map.name, await this.backlog.past(map)] as const)),
    );
  }

  /** Tells how much there is; who then types that number has seen it. */
  private async offer(paused: readonly StoredMap[], typed: number | undefined): Promise<Error> {
    const looks = await Promise.all(
      paused.map(async (map) => {
        const look = await this.backlog.look(map);
        await this.offers.make(map.name, map.run.runEpoch, look);
        return { map: map.name, count: look.count };
      }),
    );
    const count = looks.reduce((sum, look) => sum + look.count, 0);
    return problem(409, 'discard-not-confirmed', 'Nothing was discarded', {
      detail:
        `${typed === undefined ? '' : `You typed ${typed}. `}${count} changes wait, and would never travel. To discard ` +
        `them, repeat this with the number ${count}; what comes from now on is no part of it.`,
      errors: looks.map((look) => ({ field: look.map, code: 'waiting', message: `${look.count} changes` })),
      count,
    });
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
}

function refusedFor({ act, names }: Act, dependants: readonly string[]): Error {
  return problem(409, 'has-dependants', `Running maps depend on what is to ${act}`, {
    detail: `Rows of ${dependants.join(', ')} point at rows of ${names.join(', ')} and would wait. Nothing was done.`,
    errors: dependants.map((name) => ({ field: name, code: 'dependant', message: 'points at these rows' })),
  });
}

function conflict(act: LifecycleAct, results: readonly ActResult[]): Error {
  const refused = results.filter((result) => result.kind === 'refused');
  return problem(409, refused[0]?.code ?? 'conflict', `The state of the map does not allow it to ${act}`, {
    detail: refused.map(({ map, text }) => `${map.name}: ${text}`).join('; '),
    errors: refused.map(({ map, code, text }) => ({ field: map.name, code, message: text })),
  });
}
