import { Option, type Command } from 'commander';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

interface WindowView {
  readonly name: string;
  readonly maps: readonly string[] | null;
  readonly cron: string;
  readonly timezone: string;
  readonly minutes: number;
  readonly mode: string;
  readonly opensAt: string | null;
  readonly openSince: string | null;
}

interface RuleView {
  readonly name: string;
  readonly maps: readonly string[] | null;
  readonly parkedCount: number;
  readonly withinSeconds: number;
}

interface Guards {
  readonly windows?: readonly WindowView[];
  readonly rules?: readonly RuleView[];
}

export function addGuardCommands(program: Command, line: CommandLine): void {
  const window = program
    .command('window')
    .description('maintenance windows: maps pause when they open, and go on after');
  addList(window, line, 'windows');
  addSetWindow(window, line);
  addRemove(window, line, 'windows');
  const rule = program.command('rule').description('rules by which maps pause themselves');
  addList(rule, line, 'rules');
  addSetRule(rule, line);
  addRemove(rule, line, 'rules');
}

function addList(parent: Command, line: CommandLine, what: 'windows' | 'rules'): void {
  line
    .leaf(parent, 'list', `all ${what}`, { examples: [`dw ${parent.name()} list --json`], codes: '0 3 7' })
    .action(async (_: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      write(line, await client.get<Guards>(what));
    });
}

function addSetWindow(parent: Command, line: CommandLine): void {
  line
    .leaf(parent, 'set', 'make or change a window', {
      examples: [
        'dw window set weekly --cron "0 22 * * 5" --timezone Europe/Rome --minutes 120',
        'dw window set month-end --cron "0 18 28 * *" --minutes 60 --map customersv3-accounts --mode hold',
      ],
      codes: '0 2 3 4 7',
    })
    .argument('<name>', 'name of the window')
    .requiredOption('--cron <fields>', 'when it opens: minute hour day month weekday')
    .requiredOption('--minutes <count>', 'how long it is open')
    .option('--timezone <zone>', 'zone of the schedule (default: UTC)')
    .option('--map <name...>', 'only these maps (default: all)')
    .addOption(new Option('--mode <mode>', 'how the maps go on').choices(['catch-up', 'hold']))
    .option('--reason <text>', 'for the journal, and beside the state')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { cron: string; minutes: string; map?: string[] } & Record<
            'timezone' | 'mode' | 'reason',
            string
          >
      >();
      const { cron, timezone, mode, reason, map } = options;
      const body = {
        cron,
        minutes: whole(options.minutes, '--minutes'),
        timezone,
        mode,
        reason,
        maps: map ?? null,
      };
      const client = await line.client(options);
      write(line, await client.put<Guards>(`windows/${encodeURIComponent(name)}`, body));
    });
}

function addSetRule(parent: Command, line: CommandLine): void {
  line
    .leaf(parent, 'set', 'make or change a rule: a map pauses when so many pairs are parked within a time', {
      examples: ['dw rule set flood --parked 100 --within 900'],
      codes: '0 2 3 4 7',
    })
    .argument('<name>', 'name of the rule')
    .requiredOption('--parked <count>', 'so many pairs more are parked')
    .requiredOption('--within <seconds>', 'than within so many seconds before')
    .option('--map <name...>', 'only these maps (default: all)')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { parked: string; within: string; map?: string[] }
      >();
      const body = {
        maps: options.map ?? null,
        parkedCount: whole(options.parked, '--parked'),
        withinSeconds: whole(options.within, '--within'),
      };
      const client = await line.client(options);
      write(line, await client.put<Guards>(`rules/${encodeURIComponent(name)}`, body));
    });
}

function addRemove(parent: Command, line: CommandLine, what: 'windows' | 'rules'): void {
  line
    .leaf(parent, 'remove', 'remove it; maps that it has paused stay paused', {
      examples: [`dw ${parent.name()} remove NAME`],
      codes: '0 3 4 7',
    })
    .argument('<name>', 'name')
    .action(async (name: string, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      write(line, await client.delete<Guards>(`${what}/${encodeURIComponent(name)}`));
    });
}

function whole(text: string, option: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw failed(EXIT.invalid, 'usage', `${option} takes a whole number`);
}

function write(line: CommandLine, answer: Guards): void {
  line.write(answer, () => (answer.windows ? windowsText(answer.windows) : rulesText(answer.rules ?? [])));
}

function windowsText(windows: readonly WindowView[]): string {
  if (windows.length === 0) return 'There are no maintenance windows.';
  return renderTable(windows, [
    { title: 'WINDOW', value: ({ name }) => name },
    { title: 'MAPS', value: mapsOf },
    { title: 'SCHEDULE', value: ({ cron, timezone }) => `${cron} ${timezone}` },
    { title: 'MINUTES', value: ({ minutes }) => minutes },
    { title: 'THEN', value: ({ mode }) => mode },
    {
      title: 'OPENS',
      value: ({ openSince, opensAt }) => (openSince ? `open since ${openSince}` : (opensAt ?? '')),
    },
  ]);
}

function rulesText(rules: readonly RuleView[]): string {
  if (rules.length === 0) return 'There are no rules.';
  return renderTable(rules, [
    { title: 'RULE', value: ({ name }) => name },
    { title: 'MAPS', value: mapsOf },
    {
      title: 'PAUSES WHEN',
      value: (rule) => `${rule.parkedCount} pairs are parked within ${rule.withinSeconds} s`,
    },
  ]);
}

function mapsOf({ maps }: { readonly maps: readonly string[] | null }): string {
  return maps?.join(', ') ?? 'all';
}
