import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a mapper whose database was restored has to know (rule 24), and from where on a coverage marker counts. */
export class RestoreMapper1763900001000 implements MigrationInterface {
  readonly name = 'RestoreMapper1763900001000';

  async up(runner: QueryRunner): Promise<void> {
    // Epoch of the database in which the map has taken its topics in; behind the store's: it has still to do so.
    await runner.query('alter table map_run add column caught_up_epoch integer not null default 1');
    await runner.query('alter table coverage add column until_offset bigint not null default 0');
    await runner.query('alter table coverage add column effective boolean not null default true');
    await runner.query('alter table coverage add column baseline integer not null default 0');
    await runner.query('update coverage c set baseline = r.baseline from map_run r where r.map = c.map');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table coverage drop column baseline, drop column effective, drop column until_offset',
    );
    await runner.query('alter table map_run drop column caught_up_epoch');
  }
}
