import { number } from './run-maps.mjs';
import { SandboxReader } from './sandbox-reader.mjs';

/** Rows written so far per table of each side, as the sandboxes themselves count. */
export async function writeCounters(sandbox) {
  const [fo, dataverse] = await Promise.all([
    new SandboxReader(sandbox.fo.admin).counters(),
    new SandboxReader(sandbox.dataverse.admin).counters(),
  ]);
  return { fo: writesBySet(fo), dataverse: writesBySet(dataverse) };
}

function writesBySet(counters) {
  return Object.fromEntries(
    Object.entries(counters)
      .filter(([set]) => set !== 'callers')
      .map(([set, counts]) => [set, (counts.create ?? 0) + (counts.update ?? 0) + (counts.delete ?? 0)]),
  );
}

export const totalWrites = (counters) =>
  [...Object.values(counters.fo), ...Object.values(counters.dataverse)].reduce(
    (sum, count) => sum + count,
    0,
  );

/** Books of each map for this invocation: what was read and written since it began, and what became of the pairs. */
export async function mapReports({ files, status, before, sandbox, readCounts }) {
  const after = await writeCounters(sandbox);
  const sets = new Map(
    (await new SandboxReader(sandbox.dataverse.admin).tables()).map((table) => [
      table.logicalName,
      table.entitySetName,
    ]),
  );
  return files.map(({ map: { metadata, spec } }) => {
    const books = status.find((one) => one.name === metadata.name);
    const { examined = 0, filtered = 0, parked = 0, waiting = 0, held = 0 } = books ?? {};
    // The books count pairs since ever, the sandboxes writes (a pair may need two: a reference that waits for its row
    // travels after it). Pairs written by this invocation are no more than either.
    const written = {
      fo: Math.min(since(before.fo, after.fo, spec.fo.entity), books?.written.fo ?? 0),
      dataverse: Math.min(
        since(before.dataverse, after.dataverse, sets.get(spec.dataverse.table)),
        books?.written.dataverse ?? 0,
      ),
    };
    return {
      map: metadata.name,
      state: books?.state ?? 'unknown',
      read: readCounts.get(metadata.name) ?? { fo: 0, dataverse: 0 },
      written,
      // Pairs that needed nothing from this invocation.
      unchanged: Math.max(0, examined - written.fo - written.dataverse - filtered - parked - waiting - held),
      filtered,
      parked,
      waiting,
      held,
      examined,
    };
  });
}

function since(before, after, set) {
  return (after[set] ?? 0) - (before[set] ?? 0);
}

/** The books as a table that balances: pairs compared = written + unchanged + set aside for one reason or another. */
export function reportTable(reports) {
  const head = [
    'map',
    'pairs',
    '=',
    'to F&O',
    'to Dataverse',
    'unchanged',
    'filtered',
    'parked',
    'waiting',
    'held',
  ];
  const lines = reports.map((one) => [
    one.map,
    number(one.examined),
    '',
    ...[
      one.written.fo,
      one.written.dataverse,
      one.unchanged,
      one.filtered,
      one.parked,
      one.waiting,
      one.held,
    ].map(number),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column].length)),
  );
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join('  '),
    )
    .join('\n');
}
