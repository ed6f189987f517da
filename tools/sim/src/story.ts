import type { Observation, Side, Write } from '@dualwrite/events';
import type { Plan, PlanEvent } from '@dualwrite/planner';
import type { EndpointRow, Effect, Page } from './endpoint';
import type { SideRow } from './protocol';

const NAME: Readonly<Record<Side, string>> = { fo: 'F&O', dataverse: 'Dataverse' };

/** Everything that a run can tell of itself. */
export type Scene =
  | { readonly what: 'saved' | 'deleted'; readonly side: Side; readonly row: EndpointRow }
  | { readonly what: 'plug-in'; readonly row: EndpointRow | null }
  | {
      readonly what: 'attempt';
      readonly side: Side;
      readonly attempt: 'first' | 'again';
      readonly write: Write;
    }
  | { readonly what: 'effect'; readonly write: Write; readonly effect: Effect; readonly isLate: boolean }
  | { readonly what: 'stuck'; readonly write: Write }
  | { readonly what: 'answer-lost'; readonly write: Write }
  | { readonly what: 'result'; readonly write: Write; readonly outcome: string | null }
  | { readonly what: 'page'; readonly page: Page }
  | { readonly what: 'read'; readonly side: Side; readonly row: SideRow | null; readonly stored: string }
  | { readonly what: 'planned'; readonly event: PlanEvent; readonly plan: Plan }
  | { readonly what: 'note'; readonly text: string };

/** One step of a run, in words; null: nothing worth telling. */
export function tell(scene: Scene): string | null {
  switch (scene.what) {
    case 'saved':
      return `A person saves in ${NAME[scene.side]}: ${row(scene.row)}.`;
    case 'deleted':
      return `A person deletes in ${NAME[scene.side]}: ${row(scene.row)}.`;
    case 'plug-in':
      return scene.row && `A plug-in saves in Dataverse: ${row(scene.row)}.`;
    case 'attempt': {
      const again = scene.attempt === 'again' ? ' once more' : '';
      return `The ${NAME[scene.side]} connector marks ${write(scene.write)}${again}.`;
    }
    case 'effect': {
      const { effect, isLate, write: sent } = scene;
      const done =
        effect.kind === 'done' ? `carries out${isLate ? ', late,' : ''}` : `refuses (${effect.kind})`;
      const now = effect.kind === 'done' ? `; there is now ${row(effect.row)}` : '';
      return `${NAME[sent.side]} ${done} ${write(sent)}${now}.`;
    }
    case 'stuck':
      return `${write(scene.write)} is stuck on its way; its sender is thought dead.`;
    case 'answer-lost':
      return `The answer to ${write(scene.write)} is lost.`;
    case 'result':
      return `The ${NAME[scene.write.side]} connector stores that ${write(scene.write)} ${
        scene.outcome === null ? 'was answered before, or is void' : `is ${scene.outcome}`
      }.`;
    case 'page':
      return page(scene.page);
    case 'read':
      return scene.stored === 'stored'
        ? `The ${NAME[scene.side]} connector sees ${sideRow(scene.row)}.`
        : null;
    case 'planned':
      return planned(scene.event, scene.plan);
    case 'note':
      return scene.text;
  }
}

function row(one: EndpointRow | null): string {
  if (one === null) return 'no row';
  const scope = one.isInScope ? '' : ', out of scope';
  return `${one.id} (${cells(one.values)}; version ${one.version}${scope})`;
}

function sideRow(one: SideRow | null): string {
  return one === null ? 'no row' : `${one.id ?? 'a row'} (${cells(one.cells)}; version ${one.version})`;
}

function cells(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([name]) => name !== 'isInScope')
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ');
}

function write(one: Write): string {
  const condition = one.expects === null ? '' : ` of version ${one.expects}`;
  const patch = one.kind === 'delete' ? '' : ` with ${cells(one.patch)}`;
  return `${one.kind} ${one.id}${condition}${patch}`;
}

function page({ row: shown, deletedIds }: Page): string | null {
  if (shown === null && deletedIds.length === 0) return null;
  const deleted = deletedIds.length > 0 ? `; deleted: ${deletedIds.join(', ')}` : '';
  return `A page of the Dataverse feed shows ${sideRow(shown)}${deleted}.`;
}

function planned(event: PlanEvent, { pair, writes, reads, journal }: Plan): string {
  const heard =
    event.kind === 'observation'
      ? `hears of ${observation(event.observation)}`
      : `looks again (${event.kind})`;
  const done = [
    ...writes.map(
      ({ kind, side, intent, patch, expects }) =>
        `${kind}s ${pair.pairId}:${intent} in ${NAME[side]}${expects ? ` at version ${expects}` : ''}: ${cells(patch) || 'the row'}`,
    ),
    ...reads.map((side) => `asks for a look at ${NAME[side]}`),
    ...journal
      .filter(({ event: noted }) => noted !== 'planned')
      .map(({ event: noted, code }) => `notes ${noted} (${code ?? '-'})`),
    ...pair.parks.map(({ reason }) => `parks: ${reason}`),
  ];
  const open = pair.intents.length > 0 && writes.length === 0 ? 'waits for its answer' : 'does nothing';
  return `The mapper (${pair.pairId}) ${heard} and ${done.length > 0 ? done.join('; ') : open}.`;
}

function observation(one: Observation): string {
  const seen =
    one.row === null ? one.presence : `${one.row.id} (${cells(one.row.cells)}; version ${one.row.version})`;
  const results = Object.entries(one.results).map(([id, { outcome }]) => `${id} ${outcome}`);
  const gone = one.gone.length > 0 ? `; ended: ${one.gone.join(', ')}` : '';
  const told = results.length > 0 ? `; answers: ${results.join(', ')}` : '';
  return `${NAME[one.side]} ${one.nativeId}, revision ${one.revision.epoch}.${one.revision.n}: ${seen}${gone}${told}`;
}
