import { EXIT } from './exit-codes';
import { failed } from './problem';

type Choice = { readonly take: string } | { readonly side: string; readonly value: string | null };

/**
 * What a person chose, by field. A field goes by the name of its column on either side, or by its own (`FO=dataverse`).
 *
 * @throws {CommandFailed} wrong usage
 */
export function choicesOf({
  take = [],
  set = [],
}: {
  readonly take?: readonly string[];
  readonly set?: readonly string[];
}): Readonly<Record<string, Choice>> | undefined {
  if (take.length + set.length === 0) return undefined;
  const choices: Record<string, Choice> = {};
  for (const text of take) {
    // The side is behind the last sign: a field's own name has one, too.
    const [, field, side] = /^(.+)=(fo|dataverse)$/.exec(text) ?? [];
    if (field === undefined || side === undefined)
      throw failed(EXIT.invalid, 'usage', `--take wants FIELD=fo or FIELD=dataverse, not ${text}`);
    choices[field] = { take: side };
  }
  for (const text of set) {
    const [, field, , side = 'fo', value = ''] = /^([^=]+)=((fo|dataverse):)?([^]*)$/.exec(text) ?? [];
    if (field === undefined) throw failed(EXIT.invalid, 'usage', `--set wants FIELD=VALUE, not ${text}`);
    choices[field] = { side, value: value === '' ? null : value };
  }
  return choices;
}
