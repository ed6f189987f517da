import { Client } from 'pg';

/** A database of the bench's own on the given server: nothing that is there is touched. */
export async function scratchDatabase(
  url: string,
  name: string,
): Promise<{ url: string; drop(): Promise<void> }> {
  await onServer(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.toString(), drop: () => onServer(url, `drop database if exists ${name} with (force)`) };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
