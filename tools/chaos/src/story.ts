import type { RowEvent } from '@dualwrite/e2e';
import type { Breach, Deed } from '@dualwrite/proof';

const FIELDS_MAX = 8;

/** A broken promise with all that happened to its row: what the sides logged and what our journal says, by time. */
export function breachStory(
  breach: Breach,
  { deeds, events }: { readonly deeds: readonly Deed[]; readonly events: readonly RowEvent[] },
): string {
  const lines = [
    ...deeds.map((deed) => ({
      at: deed.n === 0 ? '' : new Date(deed.atMs).toISOString(),
      text: deedText(deed),
    })),
    ...events.map((event) => ({ at: event.at, text: eventText(event) })),
  ].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
  return [
    `${breach.kind}: ${breach.map} ${breach.key ?? ''} ${breach.field ?? ''}: ${breach.text}`,
    ...lines.map(({ at, text }) => `    ${at.slice(11, 23).padEnd(12)} ${text}`),
  ].join('\n');
}

function deedText({ side, by, operation, rowId, fields }: Deed): string {
  const changes = Object.entries(fields).map(
    ([field, { before, after }]) => `${field} ${before ?? '-'} -> ${after ?? '-'}`,
  );
  return `${side.padEnd(9)} ${by === 'person' ? 'somebody' : 'we'} ${operation} ${rowId}: ${changes.join(', ')}`;
}

function eventText({ service, what, side, code, text, fields }: RowEvent): string {
  const values = fields
    .slice(0, FIELDS_MAX)
    .map(
      ({ field, fo, dataverse, lost }) =>
        `${field} ${String(fo)} | ${String(dataverse)}${lost ? ` (${lost} lost)` : ''}`,
    );
  return `journal   ${service}: ${[what, side, code, text].filter(Boolean).join(' ')} ${values.join(', ')}`.trimEnd();
}
