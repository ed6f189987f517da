import type { Command } from 'commander';
import type { FeedView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { renderTable } from './table';

const MS_PER_SECOND = 1_000;

export function addFeedsCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'feeds', 'how changes of each table are found: class, why, time to heal, cost', {
      examples: ['dw feeds', 'dw feeds --json'],
      codes: '0 3 7 8',
    })
    .action(async (_: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.get<{ feeds: FeedView[]; missing: string[] }>('feeds');
      line.write(answer, () =>
        answer.feeds.length === 0 ? 'No table is looked at: no map runs.' : feedsTable(answer.feeds),
      );
      for (const side of answer.missing)
        line.surroundings.streams.err(`the ${side}-connector does not answer\n`);
      if (answer.missing.length > 0) line.exitCode = EXIT.partlyDone;
    });
}

function feedsTable(feeds: readonly FeedView[]): string {
  return renderTable(feeds, [
    { title: 'SIDE', value: (feed) => feed.side },
    { title: 'TABLE', value: (feed) => feed.table },
    { title: 'CLASS', value: (feed) => feed.class },
    { title: 'HEALS IN', value: (feed) => `${feed.healMs / MS_PER_SECOND} s` },
    { title: 'REQUESTS/H', value: (feed) => feed.requestsPerHour },
    { title: 'WHY', value: (feed) => feed.reason },
  ]);
}
