import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { ALERT_KINDS, API_VERSION, readAlertFiles } from './alert-files';
import type { AlertObjectKind, AlertObjectView } from './alert-views';
import type { CommandLine, CommonOptions } from './command-line';
import { momentIn } from './moment';
import { CommandFailed } from './problem';
import { renderTable } from './table';

const KINDS = Object.values(ALERT_KINDS);
const list = (value: string, before: readonly string[] = []): string[] => [...before, ...value.split(',')];

/** Rules, channels, subscriptions, quiet periods: by file, or the common ones by flags. */
export function addAlertSetupCommands(alert: Command, line: CommandLine): void {
  addApply(alert, line);
  for (const kind of KINDS) addShow(alert, line, kind);
  addExport(alert, line);
  addDelete(alert, line);
  addSubscribe(alert, line);
  addQuiet(alert, line);
}

function addApply(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'apply', 'make or change rules, channels, subscriptions, quiet periods', {
      examples: ['dw alert apply -f alerts.yaml', 'dw alert export | dw alert apply -f -'],
      codes: '0 2 3 7 8',
    })
    .requiredOption(
      '-f, --file <file...>',
      'YAML or JSON, several documents in one if need be; - reads stdin',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { file: string[] }>();
      const objects = await readAlertFiles(options.file, () => line.surroundings.readInput());
      const client = await line.client(options);
      const items: { kind: string; name: string; action: string }[] = [];
      for (const { kind, name, spec, file } of objects) {
        try {
          const { action = 'unchanged' } = await client.put<AlertObjectView>(pathOf(kind, name), spec);
          items.push({ kind, name, action });
        } catch (error) {
          throw error instanceof CommandFailed
            ? inFile(error, `${file}: ${kind}/${name}`, items.length)
            : error;
        }
      }
      line.write({ items }, () =>
        items.length === 0
          ? 'The files hold nothing.'
          : items.map((one) => `${one.kind}/${one.name} ${one.action}`).join('\n'),
      );
    });
}

/** Which of the documents it was, and whether others went before it. */
function inFile(error: CommandFailed, place: string, doneCount: number): CommandFailed {
  const { problem } = error;
  const done = doneCount === 0 ? '' : ` ${doneCount} before it were applied.`;
  return new CommandFailed(error.exitCode, {
    ...problem,
    detail: `${place}: ${problem.detail ?? problem.title}${done}`,
  });
}

function addShow(alert: Command, line: CommandLine, kind: AlertObjectKind): void {
  line
    .leaf(alert, kind, `all ${kind.replace('-', ' ')}`, { examples: [`dw alert ${kind}`], codes: '0 3 7' })
    .action(async (_: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.get<{ items: AlertObjectView[] }>(`alerting/${kind}`);
      line.write(answer, () =>
        answer.items.length === 0
          ? `There are no ${kind.replace('-', ' ')}.`
          : renderTable(answer.items, [
              { title: 'NAME', value: ({ name }) => name },
              { title: 'VERSION', value: ({ version }) => version },
              { title: 'CHANGED', value: ({ changedAt }) => changedAt },
              { title: 'SPEC', value: ({ spec }) => JSON.stringify(spec) },
            ]),
      );
    });
}

function addExport(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'export', 'everything that is set up, as files that can be applied', {
      examples: ['dw alert export > alerts.yaml'],
      codes: '0 3 7',
    })
    .action(async (_: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const items: object[] = [];
      for (const [kindName, kind] of Object.entries(ALERT_KINDS)) {
        const answer = await client.get<{ items: AlertObjectView[] }>(`alerting/${kind}`);
        for (const { name, spec } of answer.items) {
          items.push({ apiVersion: API_VERSION, kind: kindName, metadata: { name }, spec });
        }
      }
      line.write({ items }, () => items.map((item) => stringify(item).trimEnd()).join('\n---\n'));
    });
}

function addDelete(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'delete', 'delete a rule, channel, subscription or quiet period', {
      examples: ['dw alert delete rules lag-finance'],
      codes: '0 2 3 4 5 7',
    })
    .argument('<kind>', KINDS.join(', '))
    .argument('<name>', 'its name')
    .action(async (kind: string, name: string, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.delete<object>(pathOf(kind, name));
      line.write(answer, () => `${kind}/${name} deleted`);
    });
}

interface ScopeOptions {
  readonly map?: string[];
  readonly pack?: string[];
  readonly company?: string[];
  readonly rule?: string[];
}

function withScope(command: Command): Command {
  return command
    .option('--map <names>', 'only of these maps; a name may end in *', list)
    .option('--pack <names>', 'only of maps of these packs', list)
    .option('--company <codes>', 'only of these companies', list)
    .option('--rule <names>', 'only of these rules', list);
}

function scopeOf({ map, pack, company, rule }: ScopeOptions): object {
  return {
    ...(map === undefined ? {} : { maps: map }),
    ...(pack === undefined ? {} : { packs: pack }),
    ...(company === undefined ? {} : { companies: company }),
    ...(rule === undefined ? {} : { rules: rule }),
  };
}

function addSubscribe(alert: Command, line: CommandLine): void {
  withScope(
    line.leaf(alert, 'subscribe', 'tell a person or group by channels', {
      examples: ['dw alert subscribe ana --owner ana@contoso.com --channel ops-mail --map "customers*"'],
      codes: '0 2 3 7',
    }),
  )
    .argument('<name>', 'of the subscription')
    .requiredOption('--owner <who>', 'the person or group')
    .requiredOption('--channel <names>', 'by which channels', list)
    .addOption(new Option('--severity <severity>', 'only of this severity').choices(['warning', 'critical']))
    .addOption(new Option('--group-by <what>', 'what goes into one message').choices(['all', 'rule', 'map']))
    .option('--repeat-every <span>', 'again while it goes on: 4h')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions &
          ScopeOptions & {
            owner: string;
            channel: string[];
            severity?: string;
            groupBy?: string;
            repeatEvery?: string;
          }
      >();
      const { owner, channel, severity, groupBy, repeatEvery } = options;
      await put(line, options, 'subscriptions', name, {
        owner,
        channels: channel,
        ...scopeOf(options),
        ...(severity === undefined ? {} : { severities: [severity] }),
        ...(groupBy === undefined ? {} : { groupBy }),
        ...(repeatEvery === undefined ? {} : { repeatEvery }),
      });
    });
}

function addQuiet(alert: Command, line: CommandLine): void {
  withScope(
    line.leaf(alert, 'quiet', 'tell nobody, once or again and again; it always ends', {
      examples: [
        'dw alert quiet upgrade --for 2h --maintenance',
        'dw alert quiet nights --cron "0 22 * * *" --for 8h --time-zone Europe/Berlin --except-critical',
      ],
      codes: '0 2 3 7',
    }),
  )
    .argument('<name>', 'of the quiet period')
    .option('--from <time>', 'when it begins; left out: now')
    .option('--until <time>', 'when it ends')
    .option('--cron <pattern>', 'when it begins, again and again: minute hour day month weekday')
    .option('--for <span>', 'how long: from now, or each of --cron')
    .option('--time-zone <zone>', 'of --cron: Europe/Berlin')
    .option('--maintenance', 'and no rule pauses a map')
    .option('--except-critical', 'critical alerts are told all the same')
    .option('--description <text>', 'why')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions &
          ScopeOptions & {
            from?: string;
            until?: string;
            cron?: string;
            for?: string;
            timeZone?: string;
            maintenance?: boolean;
            exceptCritical?: boolean;
            description?: string;
          }
      >();
      const { from, cron, timeZone, description } = options;
      // The API knows times; a span from now is one.
      const isOnce = cron === undefined && options.until === undefined && options.for !== undefined;
      const until = isOnce ? momentIn(options.for ?? '', '--for') : options.until;
      const given = { from, until, cron, for: isOnce ? undefined : options.for, timeZone, description };
      await put(line, options, 'quiet-periods', name, {
        ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        ...scopeOf(options),
        ...(options.maintenance ? { kind: 'maintenance' } : {}),
        ...(options.exceptCritical ? { exceptSeverity: 'critical' } : {}),
      });
    });
}

async function put(
  line: CommandLine,
  options: CommonOptions,
  kind: AlertObjectKind,
  name: string,
  spec: object,
): Promise<void> {
  const client = await line.client(options);
  const answer = await client.put<AlertObjectView>(pathOf(kind, name), spec);
  line.write(answer, () => `${kind}/${name} ${answer.action ?? ''}`.trimEnd());
}

function pathOf(kind: string, name: string): string {
  return `alerting/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`;
}
