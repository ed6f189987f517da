import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Register, feed cursors, requests and postponed writes of a connector; in the schema of the connection. */
export class ConnectorTables1700000001000 implements MigrationInterface {
  readonly name = 'ConnectorTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    // No cache: a number that one session keeps for later would not be in the order of drawing.
    await runner.query('create sequence observation_number as bigint cache 1');
    await runner.query(`
      create table register (
        table_name text not null,
        native_id text collate "C" not null,
        epoch int not null,
        n bigint not null default 0,
        presence text not null default 'unread',
        version text,
        row json,
        gone json not null default '[]',
        origins json not null default '{}',
        results json not null default '{}',
        last json not null default '{}',
        attempts json not null default '{}',
        column_set text not null default '',
        primary key (table_name, native_id)
      )`);
    await runner.query('create table meta (name text primary key, value text not null)');
    await runner.query(`
      create table feed (
        table_name text primary key,
        cursor text,
        column_set text not null,
        round_position bigint,
        covered_column_set text,
        changed_at timestamptz not null default now()
      )`);
    await runner.query(`
      create table request (
        id text primary key,
        status json not null,
        ended_at timestamptz not null default now()
      )`);
    await runner.query(`
      create table deferred_write (
        id bigint generated always as identity primary key,
        write_id text not null unique,
        table_name text not null,
        native_id text collate "C" not null,
        write json not null,
        traceparent text not null,
        created_at timestamptz not null default now(),
        due_at timestamptz not null
      )`);
    await runner.query('create index deferred_write_row on deferred_write (table_name, native_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table deferred_write, request, feed, meta, register');
    await runner.query('drop sequence observation_number');
  }
}

/** Counts how often an entry was stored: who has read it stores only if nobody else has meanwhile. */
export class RegisterChanges1700000002000 implements MigrationInterface {
  readonly name = 'RegisterChanges1700000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table register add column changes bigint not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table register drop column changes');
  }
}
