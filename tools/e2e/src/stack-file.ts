import { readFile } from 'node:fs/promises';

export interface SideAddress {
  readonly url: string;
  readonly admin: string;
}

/** stack.json, as `npm start` keeps it. */
export interface StackFile {
  readonly pid: number;
  readonly ready: boolean;
  readonly kafka: {
    readonly brokers: readonly string[];
    readonly home: string | null;
    readonly pids: readonly number[];
  };
  readonly postgres: { readonly url: string; readonly pid: number };
  readonly fo: SideAddress;
  readonly dataverse: SideAddress;
  readonly sandbox: { readonly pid: number };
  readonly oauth: { readonly tokenUrl: string; readonly clientId: string; readonly clientSecret: string };
  readonly console: { readonly url: string; readonly signInLink: string };
  readonly services: Readonly<Record<string, readonly { readonly pid: number; readonly http: string }[]>>;
}

export async function readStackFile(file: string): Promise<StackFile> {
  return JSON.parse(await readFile(file, 'utf8')) as StackFile;
}
