import { Option, type Command } from 'commander';
import type { CallView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';

const DEADLINE_SECONDS_DEFAULT = 10;
/** The console's answer comes before its deadline; this long it may be on the way. */
const ON_THE_WAY_MS = 5_000;

interface CallOptions extends CommonOptions {
  readonly side?: string;
  readonly set?: readonly string[];
  readonly deadline?: string;
  readonly ask?: string;
}

export function addCallCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'call', 'has the other side take an edit of one row, and waits for its answer', {
      examples: [
        'dw call customersv3-accounts usmf/US-001 --side dataverse --set creditlimit=2500.50',
        'dw call customersv3-accounts --ask ID --output json',
      ],
      codes: '0 2 3 4 5 6 7 9',
    })
    .argument('<map>', 'name of the map')
    .argument('[row]', 'business key with its company, or the id of either row')
    .addOption(
      new Option('--side <side>', 'whose edit it is; the other side takes it').choices(['fo', 'dataverse']),
    )
    .option('--set <column=value...>', 'columns of that side and their values; nothing behind the = empties')
    .option('--deadline <seconds>', `to be answered within (default: ${DEADLINE_SECONDS_DEFAULT})`)
    .option('--ask <id>', 'what became of an earlier call')
    .action(async (map: string, row: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CallOptions>();
      const client = await line.client(options);
      const path = `maps/${encodeURIComponent(map)}/calls`;
      let answer: CallView;
      if (options.ask === undefined) {
        const body = bodyOf(row, options);
        answer = await client.post<CallView>(path, body, { timeoutMs: body.deadlineMs + ON_THE_WAY_MS });
      } else answer = await client.get<CallView>(`${path}/${encodeURIComponent(options.ask)}`);
      line.write(answer, () => callText(answer));
      line.exitCode = callExitCode(answer);
    });
}

/** In doubt: nobody waits any more, and what was sent goes on. Abandoned: nothing was done, so it may be tried again. */
export function callExitCode({ outcome, by }: Pick<CallView, 'outcome' | 'by'>): number {
  switch (outcome) {
    case 'applied':
      return EXIT.done;
    case 'rejected':
      return by === 'dualwrite' ? EXIT.conflict : EXIT.failed;
    case 'abandoned':
      return EXIT.unreachable;
    case 'in-doubt':
      return EXIT.timedOut;
  }
}

/** `NAME=VALUE` as they are typed; an empty value empties the column. */
export function fieldsOf(settings: readonly string[]): Record<string, string | boolean | null> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
      if (name === undefined || value === undefined)
        throw failed(EXIT.invalid, 'usage', `--set takes COLUMN=VALUE, not ${setting}`);
      return [name, value === '' ? null : value === 'true' ? true : value === 'false' ? false : value];
    }),
  );
}

function bodyOf(row: string | undefined, { side, set = [], deadline }: CallOptions) {
  if (row === undefined || side === undefined || set.length === 0)
    throw failed(EXIT.invalid, 'usage', 'A call needs a row, --side and --set; or --ask with its id');
  const seconds = deadline ?? String(DEADLINE_SECONDS_DEFAULT);
  if (!/^\d{1,3}$/.test(seconds)) throw failed(EXIT.invalid, 'usage', '--deadline takes whole seconds');
  return { side, row, fields: fieldsOf(set), deadlineMs: Number(seconds) * 1_000 };
}

function callText({ id, outcome, by, code, text, target, side }: CallView): string {
  const other = side === 'fo' ? 'dataverse' : 'fo';
  switch (outcome) {
    case 'applied':
      return `${other} has taken it and holds ${JSON.stringify(target)}`;
    case 'rejected':
      return `rejected by ${by ?? 'dualwrite'}: ${text ?? code ?? ''}`;
    case 'abandoned':
      return `not carried out in time, and never will be (${id})`;
    case 'in-doubt':
      return `in doubt: ${text ?? ''}\nAsk again: dw call MAP --ask ${id}`;
  }
}
