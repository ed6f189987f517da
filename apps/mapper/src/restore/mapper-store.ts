import type { MapRecord, Names } from '@dualwrite/events';
import { appendOutbox } from '@dualwrite/persistence';
import type { OpenedStore } from '@dualwrite/service';
import type { QueryRunner } from 'typeorm';
import { storeJournalRecord } from './store-journal';

/** What a restored database must not say any more, and what it has to find out (rule 24); as it is opened. */
export async function openMapperStore(
  runner: QueryRunner,
  { epoch, isRestored }: OpenedStore,
  of: { readonly names: Names; readonly maps: readonly MapRecord[] },
): Promise<void> {
  if (!isRestored) return;
  const { names, maps } = of;
  // Its writes were sent in the time that is forgotten, or are planned again. What the journal says did happen.
  await runner.query(`delete from outbox where topic <> $1`, [names.journal]);
  // Maps that it does not know have a past all the same: a schema that was made anew.
  for (const { name, version, runEpoch, baseline } of maps) {
    await runner.query(
      `insert into map_run (map, version, run_epoch, baseline, caught_up_epoch) values ($1, $2, $3, $4, 0)
       on conflict (map) do nothing`,
      [name, version, runEpoch, baseline],
    );
  }
  const text = `the mapper's database was restored: epoch ${epoch}; nothing is planned until the topics have been taken in`;
  await appendOutbox(runner, [
    storeJournalRecord(names, null, { code: 'restored', severity: 'warning', text }),
  ]);
}
