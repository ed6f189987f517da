import { figuresOf, type Exploration } from './run';
import { SCENARIOS } from './scenarios';

/** What the executable specification measured (design/model), in the scenarios that it shares with us. */
interface ModelFigure {
  readonly scenario: string;
  readonly parksPercent: number;
  readonly writesPerEdit: number | null;
}

const MODEL: Readonly<Record<string, ModelFigure>> = {
  edits: figure('edits', 0, 0.32),
  'lost-answers': figure('lost-answers', 2.5, 0.31),
  'plug-in': figure('plug-in', 2.8, 0.41),
  crashes: figure('crashes', 4.6, 0.4),
  chaos: figure('chaos', 4.0, 0.42),
  deletes: figure('a-without-ids', 0, 0.32),
  'deletes+chaos+deletes-dropped': figure('a-without-ids+chaos', 4.3, 0.4),
  'fo-shows-ids': figure('deletes', 0, 0.32),
  'fo-shows-ids+chaos': figure('deletes+chaos', 3.4, 0.4),
  'fo-picks-ids': figure('a-picks-ids', 0, 0.32),
  'fo-picks-ids+chaos': figure('a-picks-ids+deletes-dropped', 4.1, 0.4),
  'compaction+ids': figure('compaction', 2.4, 0.24),
  'late-creates+ids': figure('late-creates', 6.1, 0.35),
  'dataverse-wins': figure('b-wins', 3.7, 0.33),
  start: figure('start', 4.5, 0.47),
  'out-of-scope': figure('out-of-scope', 21, 0.34),
  pause: figure('pause', 3.4, 0.35),
  rename: figure('rename', 5.0, 0.4),
  'few-values': figure('few-values', 3.6, 0.29),
  'few-values+deletes': figure('few-values+deletes', 4.2, 0.29),
  'class-b': figure('class-b', 3.0, null),
  'delete-parks-on-edit': figure('delete-parks-on-edit', 24, 0.34),
  'mapper-restored': figure('mapper-restored', 62, null),
  'dataverse-restored': figure('connector-b-restored', 22, null),
  'fo-restored': figure('connector-a-restored', 12, null),
  'fo-restored+no-ids': figure('connector-a-restored+no-ids', 12, null),
};

/** Ours beside the specification's: parks and writes must come out alike where the scenario is the same. */
export function figuresTable(found: ReadonlyMap<string, Exploration>): string {
  const rows = Object.keys(SCENARIOS).flatMap((scenario) => {
    const one = found.get(scenario);
    if (one === undefined) return [];
    const { parksPercent, writesPerEdit } = figuresOf(one);
    const model = MODEL[scenario];
    const cells = [
      scenario,
      String(one.seeds),
      String(one.violations),
      String(parksPercent),
      String(writesPerEdit),
      model ? `${model.scenario}: ${String(model.parksPercent)}; ${String(model.writesPerEdit ?? '-')}` : '',
    ];
    return [`| ${cells.join(' | ')} |`];
  });
  return [
    '| scenario | seeds | violations | parks % | writes/edit | specification: parks %; writes/edit |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function figure(scenario: string, parksPercent: number, writesPerEdit: number | null): ModelFigure {
  return { scenario, parksPercent, writesPerEdit };
}
