import type { Side } from '@dualwrite/events';
import type { CompiledMap } from '@dualwrite/maps';
import type { Choice } from '@dualwrite/planner';

/** As a person gives them: by field, a side or a value in words. */
export type GivenChoices = Readonly<
  Record<string, { readonly take: Side } | { readonly side: Side; readonly value: string | null }>
>;

/** @returns what is wrong with them, in words, or the choices with canonical values */
export function readChoices(
  rules: Pick<CompiledMap, 'fields' | 'name'>,
  given: GivenChoices,
): string | Readonly<Record<string, Choice>> {
  const choices: Record<string, Choice> = {};
  for (const [name, choice] of Object.entries(given)) {
    const field = rules.fields.find((one) => one.name === name || Object.values(one.column).includes(name));
    if (!field) {
      return `map ${rules.name} has no field ${name}; it has ${rules.fields.map((one) => one.name).join(', ')}`;
    }
    if ('take' in choice) {
      choices[field.name] = choice;
      continue;
    }
    const value = field.given(choice.side, choice.value);
    if (value.kind !== 'value') return `${name}: ${value.kind === 'refused' ? value.text : 'not known yet'}`;
    choices[field.name] = { side: choice.side, value: value.value };
  }
  return choices;
}
