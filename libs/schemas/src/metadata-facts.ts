import { isLosslessNumber } from 'lossless-json';
import type { ColumnFacts } from './column-facts';
import { isRecord } from './csdl-document';

/**
 * Facts of `EntityDefinitions(LogicalName='account')/Attributes`, with the members of the attributes' own types
 * (`MaxLength`, `Precision`). What is not understood is left out: less is known then, and nothing wrong.
 */
export function attributeFacts(attributes: unknown): ColumnFacts[] {
  return listOf(attributes).flatMap((attribute) => {
    const column = attribute['LogicalName'];
    if (typeof column !== 'string') return [];
    const maxLength = countOf(attribute['MaxLength']);
    const scale = countOf(attribute['Precision']);
    if (maxLength === undefined && scale === undefined) return [];
    return [
      {
        column,
        ...(maxLength === undefined ? {} : { maxLength }),
        ...(scale === undefined ? {} : { scale }),
      },
    ];
  });
}

/** Facts of F&O's `/metadata/PublicEntities('NAME')`: its `$metadata` shows days and moments alike. */
export function publicEntityFacts(entity: unknown): ColumnFacts[] {
  return listOf(isRecord(entity) ? entity['Properties'] : undefined).flatMap((property) => {
    const column = property['Name'];
    return typeof column === 'string' && property['DataType'] === 'Date' ? [{ column, isDay: true }] : [];
  });
}

function listOf(json: unknown): Record<string, unknown>[] {
  const list = isRecord(json) ? json['value'] : json;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function countOf(json: unknown): number | undefined {
  const number = isLosslessNumber(json) ? Number(json.value) : json;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}
