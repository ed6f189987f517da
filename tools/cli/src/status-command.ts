import type { Command } from 'commander';
import type { MapStatusView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { duration, renderTable } from './table';

export function addStatusCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'status', 'the books of every map: what was examined, and what became of it', {
      examples: ['dw status', 'dw status --json'],
      codes: '0 3 7',
    })
    .action(async (_: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.get<{ maps: MapStatusView[] }>('status');
      line.write(answer, () => statusTable(answer.maps));
    });
}

function statusTable(maps: readonly MapStatusView[]): string {
  if (maps.length === 0) return 'There are no maps yet. Apply one: dw map apply -f FILE';
  const table = renderTable(maps, [
    { title: 'MAP', value: (map) => map.name },
    { title: 'STATE', value: (map) => map.state },
    { title: 'HEALTH', value: (map) => map.health },
    { title: 'IN STEP', value: (map) => (map.inStep ? 'yes' : 'no') },
    { title: 'LAG', value: lag },
    { title: 'EXAMINED', value: (map) => map.examined },
    { title: 'TO F&O', value: (map) => map.written.fo },
    { title: 'TO DATAVERSE', value: (map) => map.written.dataverse },
    { title: 'UNCHANGED', value: (map) => map.unchanged },
    { title: 'FILTERED', value: (map) => map.filtered },
    { title: 'PARKED', value: (map) => map.parked },
    { title: 'WAITING', value: (map) => map.waiting },
    { title: 'HELD', value: (map) => map.held },
  ]);
  const reasons = maps.filter((map) => map.reason).map((map) => `${map.name}: ${map.reason}`);
  return reasons.length === 0 ? table : `${table}\n\n${reasons.join('\n')}`;
}

function lag(map: MapStatusView): string {
  if (map.lagMs === 0 && map.lagCount === 0) return 'none';
  return `${duration(map.lagMs)} (${map.lagCount.toLocaleString('en-US')})`;
}
