import type { Command } from 'commander';
import type { ProofAnswer } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { renderTable } from './table';

/** Both sides are read whole, some times if something is amiss. */
const PROOF_TIMEOUT_MS = 15 * 60_000;
const ROWS_SHOWN_MAX = 50;

export function addProveCommand(program: Command, line: CommandLine): void {
  line
    .leaf(
      program,
      'prove',
      'reads both sides afresh and says whether what is promised holds, with the rows that break it',
      {
        examples: ['dw prove', 'dw prove customersv3-accounts --json'],
        codes: '0 1 3 4 7',
      },
    )
    .argument('[maps...]', 'only these maps (default: all)')
    .action(async (maps: string[], _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const proof = await client.post<ProofAnswer>('proofs', { maps }, { timeoutMs: PROOF_TIMEOUT_MS });
      line.write(proof, () => proofText(proof));
      if (!proof.ok) line.exitCode = EXIT.findings;
    });
}

function proofText({ ok, maps, breaches, breachCount }: ProofAnswer): string {
  if (maps.length === 0) return 'There are no maps yet. Apply one: dw map apply -f FILE';
  const table = renderTable(maps, [
    { title: 'MAP', value: (map) => map.name },
    { title: 'STATE', value: (map) => map.state },
    { title: 'F&O ROWS', value: (map) => (map.isJudged ? map.rows.fo : '') },
    { title: 'DATAVERSE ROWS', value: (map) => (map.isJudged ? map.rows.dataverse : '') },
    { title: 'PAIRS', value: (map) => (map.isJudged ? map.pairs : '') },
    { title: 'PARKED', value: (map) => (map.isJudged ? map.parked : '') },
    { title: 'BROKEN', value: (map) => (map.isJudged ? map.breachCount : 'does not run: not judged') },
  ]);
  if (ok) return `${table}\n\nEverything that was judged holds.`;
  const shown = renderTable(breaches.slice(0, ROWS_SHOWN_MAX), [
    { title: 'WHAT', value: (breach) => breach.kind },
    { title: 'MAP', value: (breach) => breach.map },
    { title: 'ROW', value: (breach) => breach.key ?? '' },
    { title: 'FIELD', value: (breach) => breach.field ?? '' },
    { title: 'DETAIL', value: (breach) => breach.text },
  ]);
  const more = breachCount > ROWS_SHOWN_MAX ? `\n${breachCount - ROWS_SHOWN_MAX} more; --json has them.` : '';
  return `${table}\n\n${shown}${more}\n\nThe story of a row: dw row ROW`;
}
