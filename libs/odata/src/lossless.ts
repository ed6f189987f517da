import { isLosslessNumber, parse, stringify } from 'lossless-json';
import { parseMarked } from './marked-numbers';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Numbers stay as they were written: `JSON.parse` would round decimals and 64-bit integers. */
export function parseLossless(text: string): unknown {
  // A byte order mark stands in front of what some calls answer.
  return parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
}

/** Undefined members are left out, as by JSON.stringify. */
export function stringifyLossless(value: unknown): string {
  return stringify(value) ?? 'null';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** The member's text; numbers give their digits, everything else `undefined`. */
export function textOf(object: unknown, member: string): string | undefined {
  if (!isObject(object)) return undefined;
  const value = object[member];
  if (typeof value === 'string') return value;
  return isLosslessNumber(value) ? value.toString() : undefined;
}

/** A side's answer, as by {@link parseLossless}, if it is JSON; gateways answer in HTML, so that is never taken for granted. */
export function tryParse(text: string): unknown {
  try {
    return parseMarked(text) ?? parseLossless(text);
  } catch {
    // Not JSON is an answer here, not a fault: the caller falls back to the status.
    return undefined;
  }
}
