import type { Command } from 'commander';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { renderTable } from './table';

interface Count {
  readonly side: string;
  readonly outcome: string;
  readonly count: number;
}

interface ShadowReport {
  readonly map: string;
  readonly state: string;
  readonly counts: readonly Count[];
  readonly fields: readonly (Count & { readonly field: string })[];
  readonly wouldWrite: readonly { readonly side: string; readonly kind: string; readonly count: number }[];
  readonly findings: readonly {
    readonly key: string | null;
    readonly side: string;
    readonly kind: string;
    readonly outcome: string;
    readonly rows: { readonly fo: string | null; readonly dataverse: string | null };
    readonly fields: readonly { readonly field: string; readonly ours: unknown; readonly theirs: unknown }[];
    readonly foundAt: string;
  }[];
  readonly nextBefore: string | null;
}

const DIFFERENCES = new Set(['different', 'missing', 'extra']);

export function addShadowCommand(program: Command, line: CommandLine): void {
  const shadow = program.command('shadow').description('maps in shadow: what they have found');
  line
    .leaf(shadow, 'report', 'where our plan differs from what others did, per field and with the rows', {
      examples: ['dw shadow report customersv3-accounts', 'dw shadow report customersv3-accounts --json'],
      codes: '0 1 3 4 7',
    })
    .argument('<map>', 'name of the map')
    .option('--limit <count>', 'at most so many findings')
    .option('--before <id>', 'the page after one whose nextBefore this is')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { limit?: string; before?: string }>();
      const client = await line.client(options);
      const { limit, before } = options;
      const report = await client.get<ShadowReport>(`maps/${encodeURIComponent(name)}/shadow`, {
        limit,
        before,
      });
      line.write(report, () => reportText(report));
      const isDifferent = report.counts.some(({ outcome }) => DIFFERENCES.has(outcome));
      if (isDifferent || report.wouldWrite.length > 0) line.exitCode = EXIT.findings;
    });
}

function reportText({ map, state, counts, fields, wouldWrite, findings }: ShadowReport): string {
  const parts = [`${map} is ${state}. ${cutoverText(wouldWrite)}`];
  if (counts.length === 0) parts.push('Nothing has happened yet that could be compared.');
  else parts.push(renderTable(counts, countColumns));
  if (fields.length > 0)
    parts.push(
      renderTable(fields, [
        { title: 'FIELD', value: ({ field }: { field: string }) => field },
        ...countColumns,
      ]),
    );
  const rows = findings.flatMap(({ fields: differing, ...finding }) =>
    (differing.length > 0 ? differing : [{ field: '', ours: undefined, theirs: undefined }]).map((field) => ({
      ...finding,
      ...field,
    })),
  );
  if (rows.length > 0)
    parts.push(
      renderTable(rows, [
        { title: 'WHEN', value: ({ foundAt }) => foundAt },
        { title: 'ROW', value: ({ key, rows: { fo, dataverse } }) => key ?? fo ?? dataverse ?? '' },
        { title: 'OUTCOME', value: ({ outcome }) => outcome },
        { title: 'WRITE', value: ({ kind, side }) => `${kind} in ${side}` },
        { title: 'FIELD', value: ({ field }) => field },
        { title: 'OURS', value: ({ ours }) => valueText(ours) },
        { title: 'THEIRS', value: ({ theirs }) => valueText(theirs) },
      ]),
    );
  return parts.join('\n\n');
}

const countColumns = [
  { title: 'SIDE', value: ({ side }: Count) => side },
  { title: 'OUTCOME', value: ({ outcome }: Count) => outcome },
  { title: 'COUNT', value: ({ count }: Count) => count },
];

function cutoverText(wouldWrite: ShadowReport['wouldWrite']): string {
  if (wouldWrite.length === 0) return 'A cutover would write nothing.';
  const what = wouldWrite.map(({ side, kind, count }) => `${count} ${kind}s in ${side}`);
  return `A cutover at this moment would write: ${what.join(', ')}.`;
}

function valueText(value: unknown): string {
  if (value === undefined) return '';
  return value === null ? '(empty)' : String(value);
}
