import { otherSide, type Side } from '@dualwrite/events';
import type { FieldRule, MapRules } from './map-rules';

/**
 * The same map, writing to one side alone. What people change on the target is left there, and nothing of it is agreed:
 * once the map goes both ways again, it travels like any other edit.
 */
export function onlyTo<Rules extends MapRules>(rules: Rules, target: Side): Rules {
  const source = otherSide(target);
  return {
    ...rules,
    onlyTo: target,
    fields: rules.fields.flatMap((rule) => oneWay(rule, target)),
    creates: { ...rules.creates, [source]: false },
  };
}

function oneWay(rule: FieldRule, target: Side): FieldRule[] {
  if (rule.direction === 'both') return [{ ...rule, direction: `to-${target}`, drift: 'leave' }];
  return rule.direction === `to-${target}` ? [rule] : [];
}
