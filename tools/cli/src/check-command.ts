import type { Command } from 'commander';
import type { CheckView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { renderTable } from './table';

/** A side that is away keeps its connector waiting. */
const REQUEST_TIMEOUT_MS = 90_000;

export function addCheckCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'check', 'looks at both connections: what is wrong, and what to do about it', {
      examples: ['dw check', 'dw check --json'],
      codes: '0 1 3 7',
    })
    .alias('doctor')
    .action(async (_: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.post<{ checks: CheckView[] }>(
        'checks',
        {},
        { timeoutMs: REQUEST_TIMEOUT_MS },
      );
      const isOk = !answer.checks.some(({ state }) => state === 'failed');
      line.write({ ok: isOk, ...answer }, () =>
        renderTable(answer.checks, [
          { title: 'SIDE', value: (check) => check.side },
          { title: 'CHECK', value: (check) => check.code },
          { title: 'STATE', value: (check) => check.state },
          { title: 'WHAT', value: (check) => check.what },
          { title: 'REMEDY', value: (check) => check.remedy ?? '' },
        ]),
      );
      if (!isOk) line.exitCode = EXIT.findings;
    });
}
