import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { AppliedMap, CheckedMap, MapView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { checkSyntax } from './check-syntax';
import { readDefinitionFiles } from './definition-files';
import { EXIT } from './exit-codes';
import { addDirectionCommand } from './direction-command';
import { addCompanyCommands } from './company-commands';
import { addLifecycleCommands } from './lifecycle-commands';
import { renderTable } from './table';

export function addMapCommands(program: Command, line: CommandLine): void {
  const map = program.command('map').description('maps: check, apply, look at, start, pause, resume, stop');
  addApply(map, line);
  addCheck(map, line);
  addList(map, line);
  addGet(map, line);
  addLifecycleCommands(map, line);
  addCompanyCommands(map, line);
  addDirectionCommand(map, line);
}

function addApply(map: Command, line: CommandLine): void {
  line
    .leaf(map, 'apply', 'create or update maps from their files; all of them or none', {
      examples: ['dw map apply -f maps/', 'cat customers.yaml | dw map apply -f -'],
      codes: '0 2 3 7',
    })
    .requiredOption('-f, --file <file...>', 'files, folders, or - for standard input')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { file: string[] }>();
      const files = await readDefinitionFiles(options.file, () => line.surroundings.readInput());
      // Before the server is looked for: a file that does not parse is shown with its place, wherever one works.
      await checkSyntax(files);
      const client = await line.client(options);
      const answer = await client.post<{ maps: AppliedMap[] }>('maps:apply', { files });
      line.write(answer, () =>
        renderTable(answer.maps, [
          { title: 'MAP', value: (applied) => applied.name },
          { title: 'VERSION', value: (applied) => applied.version },
          { title: 'ACTION', value: (applied) => applied.action },
        ]),
      );
    });
}

function addCheck(map: Command, line: CommandLine): void {
  line
    .leaf(map, 'check', 'what is wrong with map files, and what is worth knowing; stores nothing', {
      examples: ['dw map check -f maps/', 'dw map check -f customers.yaml --json'],
      codes: '0 1 2 3 7',
    })
    .requiredOption('-f, --file <file...>', 'files, folders, or - for standard input')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { file: string[] }>();
      const files = await readDefinitionFiles(options.file, () => line.surroundings.readInput());
      const client = await line.client(options);
      const answer = await client.post<{ maps: CheckedMap[] }>('maps:check', { files });
      const findings = answer.maps.flatMap(({ file, findings: found }) =>
        found.map((finding) => ({ file, ...finding })),
      );
      line.write(answer, () => {
        if (findings.length === 0) return `Nothing to mend in ${answer.maps.length} maps.`;
        return renderTable(findings, [
          { title: 'WHERE', value: ({ file, line: at }) => (at === null ? file : `${file}:${at}`) },
          { title: 'SEVERITY', value: ({ severity }) => severity },
          { title: 'CODE', value: ({ code }) => code },
          { title: 'FIELD', value: ({ field }) => field },
          { title: 'FINDING', value: ({ message }) => message },
        ]);
      });
      if (findings.some(({ severity }) => severity === 'error')) line.exitCode = EXIT.findings;
    });
}

function addList(map: Command, line: CommandLine): void {
  line
    .leaf(map, 'list', 'all maps with their state', {
      examples: ['dw map list', 'dw map list --json'],
      codes: '0 3 7',
    })
    .action(async (_: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.get<{ maps: MapView[] }>('maps');
      line.write(answer, () => {
        if (answer.maps.length === 0) return 'There are no maps yet. Apply one: dw map apply -f FILE';
        return renderTable(answer.maps, [
          { title: 'MAP', value: (view) => view.name },
          { title: 'VERSION', value: (view) => view.version },
          { title: 'STATE', value: (view) => view.state },
          { title: 'HEALTH', value: (view) => view.health },
          { title: 'F&O', value: (view) => view.tables.fo },
          { title: 'DATAVERSE', value: (view) => view.tables.dataverse },
          { title: 'CHANGED', value: (view) => view.changedAt },
          { title: 'REASON', value: (view) => view.reason ?? '' },
        ]);
      });
    });
}

function addGet(map: Command, line: CommandLine): void {
  line
    .leaf(map, 'get', 'one map with its definition and state', {
      examples: ['dw map get customersv3-accounts', 'dw map get customersv3-accounts --output yaml'],
      codes: '0 3 4 7',
    })
    .argument('<name>', 'name of the map')
    .action(async (name: string, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const view = await client.get<MapView>(`maps/${encodeURIComponent(name)}`);
      line.write({ maps: [view] }, () => {
        const { definition, ...facts } = view;
        return `${stringify({ ...facts })}definition:\n${stringify(definition).replace(/^(?=.)/gm, '  ')}`.trimEnd();
      });
    });
}
