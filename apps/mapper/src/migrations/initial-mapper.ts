import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The mapper's own state. No foreign keys: each row of `due`, `wait` and `pair_row` is written under its pair's lock, and
 * Postgres would lock the pair once more for every one of them. Columns of `pair` that change with every edit stand in no index, so that Postgres can
 * update a pair in place (heap-only tuples): what is due and what is waited for has small tables of its own.
 */
export class InitialMapper1763800000000 implements MigrationInterface {
  readonly name = 'InitialMapper1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`drop table ${table}`);
  }
}

const TABLES = [
  'reference_columns',
  'reference_key',
  'reference',
  'book',
  'map_run',
  'map_position',
  'coverage',
  'wait',
  'due',
  'pair_row',
  'pair',
  'name_list',
];

const UP = [
  // Lists of column and field names that stored pairs refer to by number.
  `create table name_list (
     id serial primary key,
     digest text not null unique,
     names jsonb not null)`,
  `create table pair (
     pair_id uuid primary key,
     map text collate "C" not null,
     key text collate "C",
     rival boolean not null default false,
     -- JSON, kept as text: Postgres never looks into it on the way.
     state text not null,
     verdict text,
     open_count integer not null default 0,
     map_version integer not null,
     updated_at timestamptz not null default now()
   ) with (fillfactor = 70)`,
  `create unique index pair_key on pair (map, key) where not rival and key is not null`,
  `create index pair_rival on pair (map, key) where rival`,
  `create index pair_map on pair (map)`,
  `create table pair_row (
     map text collate "C" not null,
     side text collate "C" not null,
     native_id text collate "C" not null,
     pair_id uuid not null,
     primary key (map, side, native_id))`,
  `create index pair_row_pair on pair_row (pair_id)`,
  // Pairs to be looked at again, and when.
  `create table due (
     pair_id uuid primary key,
     map text not null,
     at timestamptz not null,
     attempts integer not null default 0)`,
  `create index due_at on due (map, at)`,
  `create table wait (
     pair_id uuid not null,
     map text not null,
     table_name text not null,
     column_name text not null,
     value_norm text not null,
     company text not null default '',
     retry_at timestamptz not null default now(),
     primary key (pair_id, table_name, column_name, value_norm, company))`,
  `create index wait_value on wait (table_name, column_name, value_norm)`,
  `create table coverage (
     map text not null,
     side text not null,
     company text not null,
     partition integer not null,
     epoch integer not null,
     covered_at timestamptz not null,
     primary key (map, side, company, partition))`,
  `create table map_position (
     map text not null,
     topic text not null,
     partition integer not null,
     next_offset bigint not null,
     primary key (map, topic, partition))`,
  `create table map_run (
     map text primary key,
     version integer not null,
     run_epoch integer not null,
     baseline integer not null)`,
  // Books of a map: pairs by class. One line per source of change, so that replicas never wait for each other's line.
  `create table book (
     map text not null,
     slot text not null,
     written_fo bigint not null default 0,
     written_dataverse bigint not null default 0,
     unchanged bigint not null default 0,
     filtered bigint not null default 0,
     parked bigint not null default 0,
     waiting bigint not null default 0,
     held bigint not null default 0,
     open bigint not null default 0,
     primary key (map, slot)
   ) with (fillfactor = 50)`,
  `create table reference (
     table_name text not null,
     native_id text collate "C" not null,
     revision_epoch integer not null,
     revision_n bigint not null,
     present boolean not null,
     cells jsonb not null,
     primary key (table_name, native_id))`,
  `create table reference_key (
     table_name text not null,
     column_name text not null,
     native_id text collate "C" not null,
     value_norm text not null,
     company text not null default '',
     primary key (table_name, column_name, native_id))`,
  `create index reference_key_value on reference_key (table_name, column_name, value_norm, company)`,
  `create table reference_columns (
     table_name text primary key,
     columns jsonb not null)`,
];
