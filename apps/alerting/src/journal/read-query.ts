import { BadRequestException } from '@nestjs/common';
import type { PageEnd } from './journal-reader';
import { journalFilter, type JournalFilter } from './journal-filter';

type Query = Readonly<Record<string, unknown>>;

/** @throws {BadRequestException} not a whole number from 1 to the maximum */
export function readLimit(text: unknown, bounds: { readonly default: number; readonly max: number }): number {
  if (text === undefined) return bounds.default;
  const limit = Number(text);
  if (/^\d+$/.test(String(text)) && limit >= 1 && limit <= bounds.max) return limit;
  throw new BadRequestException(`limit must be a whole number from 1 to ${bounds.max}`);
}

/** @throws {BadRequestException} not a cursor of an answer of ours */
export function readCursor(text: unknown): PageEnd | null {
  if (text === undefined) return null;
  const [, atUs, seq] = /^(-?\d{1,18})\.(\d{1,18})$/.exec(String(text)) ?? [];
  if (atUs !== undefined && seq !== undefined) return { atUs: BigInt(atUs), seq: BigInt(seq) };
  throw new BadRequestException('cursor must come from the nextCursor of an earlier answer');
}

/** @throws {ZodError} which word of the question is wrong, and how */
export function readFilter(query: Query): JournalFilter {
  const { limit: _, cursor: __, ...filter } = query;
  return journalFilter.parse(filter);
}
