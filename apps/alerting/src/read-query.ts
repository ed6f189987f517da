import { BadRequestException } from '@nestjs/common';

/** @throws {BadRequestException} not a whole number from 1 to the maximum */
export function readLimit(
  text: string | undefined,
  bounds: { readonly default: number; readonly max: number },
): number {
  if (text === undefined) return bounds.default;
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= bounds.max) return limit;
  throw new BadRequestException(`limit must be a whole number from 1 to ${bounds.max}`);
}

/** @throws {BadRequestException} not a cursor of an answer of ours */
export function readCursor(text: string | undefined): bigint | null {
  if (text === undefined) return null;
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new BadRequestException('cursor must come from the nextCursor of an earlier answer');
}
