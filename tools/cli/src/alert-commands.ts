import type { Command } from 'commander';
import { addAlertSetupCommands } from './alert-setup-commands';
import type { AlertView, BacktestView, DeliveryView } from './alert-views';
import { readAlertFiles } from './alert-files';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

export function addAlertCommands(program: Command, line: CommandLine): void {
  const alert = program.command('alert').description('what fires, who is told of it, and the rules');
  addList(alert, line);
  addMute(alert, line);
  addDeliveries(alert, line);
  addTest(alert, line);
  addBacktest(alert, line);
  addAlertSetupCommands(alert, line);
}

function addList(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'list', 'alerts that go on; code 1 if one fires', {
      examples: ['dw alert list', 'dw alert list --all --json'],
      codes: '0 1 3 7',
    })
    .option('--all', 'those that are over, too')
    .option('--limit <count>', 'at most so many')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { all?: boolean; limit?: string }>();
      const client = await line.client(options);
      const all = options.all ? 'true' : undefined;
      const answer = await client.get<{ alerts: AlertView[] }>('alerting/alerts', {
        all,
        limit: options.limit,
      });
      if (answer.alerts.some(({ state }) => state === 'firing')) line.exitCode = EXIT.findings;
      line.write(answer, () => (answer.alerts.length === 0 ? 'Nothing fires.' : alertsTable(answer.alerts)));
    });
}

function alertsTable(alerts: readonly AlertView[]): string {
  return renderTable(alerts, [
    { title: 'ID', value: ({ id }) => id },
    { title: 'RULE', value: ({ rule }) => rule },
    { title: 'ABOUT', value: ({ map, company, service }) => aboutOf([map, company, service]) },
    { title: 'SEVERITY', value: ({ severity }) => severity },
    { title: 'STATE', value: ({ state }) => state },
    { title: 'SINCE', value: ({ since }) => since },
    { title: 'WHAT', value: ({ text }) => text },
    { title: 'TOLD', value: ({ told }) => told.map((one) => `${one.subscription} ${one.told}`).join(', ') },
  ]);
}

function aboutOf(parts: readonly (string | null)[]): string {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? 'all' : known.join(' ');
}

function addMute(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'mute', 'tell nobody of an alert for a while', {
      examples: ['dw alert mute 0f9c... --for 2h --reason "known, mended tonight"'],
      codes: '0 2 3 4 7',
    })
    .argument('<id>', 'of the alert (dw alert list)')
    .requiredOption('--for <span>', '90s, 15m, 2h or 7d')
    .option('--reason <text>', 'why')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { for: string; reason?: string }>();
      const client = await line.client(options);
      const { for: span, reason } = options;
      const answer = await client.post<{ name: string; spec: { until: string } }>(
        `alerting/alerts/${encodeURIComponent(id)}:mute`,
        { for: span, ...(reason === undefined ? {} : { reason }) },
      );
      line.write(
        answer,
        () => `Nobody is told of it until ${answer.spec.until} (quiet period ${answer.name}).`,
      );
    });
  line
    .leaf(alert, 'unmute', 'end the muting of an alert', {
      examples: ['dw alert unmute 0f9c...'],
      codes: '0 3 4 7',
    })
    .argument('<id>', 'of the alert')
    .action(async (id: string, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.post<object>(`alerting/alerts/${encodeURIComponent(id)}:unmute`, {});
      line.write(answer, () => 'It is told again.');
    });
}

function addDeliveries(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'deliveries', 'what was sent to whom, and what the other end said', {
      examples: ['dw alert deliveries --limit 20'],
      codes: '0 3 7',
    })
    .option('--limit <count>', 'at most so many')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { limit?: string }>();
      const client = await line.client(options);
      const answer = await client.get<{ deliveries: DeliveryView[] }>('alerting/deliveries', {
        limit: options.limit,
      });
      line.write(answer, () =>
        answer.deliveries.length === 0
          ? 'Nothing was sent yet.'
          : renderTable(answer.deliveries, [
              { title: 'AT', value: ({ createdAt }) => createdAt },
              { title: 'KIND', value: ({ kind }) => kind },
              { title: 'CHANNEL', value: ({ channel }) => channel ?? '' },
              { title: 'SUBSCRIPTION', value: ({ subscription }) => subscription ?? '' },
              { title: 'STATE', value: ({ state }) => state },
              { title: 'ATTEMPTS', value: ({ attempts }) => attempts },
              { title: 'ANSWER', value: ({ answer: said }) => said ?? '' },
            ]),
      );
    });
}

function addTest(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'test', 'send a test by a channel, now', {
      examples: ['dw alert test ops-mail'],
      codes: '0 3 4 7 9',
    })
    .argument('<channel>', 'name of the channel')
    .action(async (channel: string, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.post<{ isSent: boolean; answer: string }>(
        `alerting/channels/${encodeURIComponent(channel)}:test`,
        {},
      );
      if (!answer.isSent) line.exitCode = EXIT.failed;
      line.write(answer, () => `${answer.isSent ? 'Sent' : 'Not sent'}: ${answer.answer}`);
    });
}

function addBacktest(alert: Command, line: CommandLine): void {
  line
    .leaf(alert, 'backtest', 'how often a rule would have fired', {
      examples: ['dw alert backtest lag-finance --days 7', 'dw alert backtest -f rule.yaml'],
      codes: '0 2 3 4 7',
    })
    .argument('[rule]', 'name of a rule that is there')
    .option('-f, --file <file>', 'or the file of one; - reads the standard input')
    .option('--days <count>', 'how far back', '7')
    .action(async (rule: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { file?: string; days: string }>();
      if ((rule === undefined) === (options.file === undefined)) {
        throw failed(EXIT.invalid, 'usage', 'dw alert backtest takes the name of a rule, or a file with -f');
      }
      const days = Number(options.days);
      const body =
        options.file === undefined ? { rule, days } : { spec: await specOf(line, options.file), days };
      const client = await line.client(options);
      const answer = await client.post<BacktestView>('alerting/rules:backtest', body);
      line.write(answer, () => {
        const words = `In the last ${answer.days} days it would have fired ${answer.firedCount} times.`;
        if (answer.alerts.length === 0) return words;
        const table = renderTable(answer.alerts, [
          { title: 'FIRED', value: ({ firedAt }) => firedAt },
          { title: 'RESOLVED', value: ({ resolvedAt }) => resolvedAt ?? 'still firing' },
          { title: 'ABOUT', value: ({ map, company, service }) => aboutOf([map, company, service]) },
          { title: 'PEAK', value: ({ peak }) => peak },
          { title: 'WHAT', value: ({ text }) => text },
        ]);
        return `${table}\n\n${words}`;
      });
    });
}

async function specOf(line: CommandLine, file: string): Promise<unknown> {
  const objects = await readAlertFiles([file], () => line.surroundings.readInput());
  const [rule, other] = objects.filter(({ kind }) => kind === 'rules');
  if (rule !== undefined && other === undefined) return rule.spec;
  throw failed(EXIT.invalid, 'usage', `${file} must hold one AlertRule`);
}
