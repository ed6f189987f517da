import { eventTarget } from '@dualwrite/odata';
import { breakJson } from '../break-json';
import type { FuzzTarget } from '../target';
import { CUSTOMER, tableOf } from './tables';

const pairs = (values: object): unknown[] => Object.entries(values).map(([key, value]) => ({ key, value }));
const entity = (values: object): unknown => ({
  __type: 'Entity:http://schemas.microsoft.com/xrm/2011/Contracts',
  Attributes: pairs(values),
  KeyAttributes: pairs({ dataareaid: 'usmf', customeraccount: { Value: 'US-001' } }),
});
const EVENT = {
  MessageName: 'Update',
  PrimaryEntityName: 'CustomersV3',
  PrimaryEntityId: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
  InputParameters: [{ key: 'Target', value: entity(CUSTOMER) }],
  PreEntityImages: [{ key: 'PreImage', value: entity(CUSTOMER) }],
  PostEntityImages: [],
  ParentContext: null,
  SharedVariables: [{ key: 'tag', value: 'x' }],
};

/** Bodies of data events and webhooks, as the HTTP server hands them over. */
export const eventBodies: FuzzTarget = {
  name: 'event-bodies',
  sample: (chance) => breakJson(chance.isLucky(0.8) ? EVENT : [EVENT, EVENT], chance),
  run: async (input) => {
    const body = parsed(String(input));
    // The server answers 400 by itself.
    if (body === undefined) return 'refused';
    const schemas = [await tableOf('fo')];
    const events: unknown[] = Array.isArray(body) ? body : [body];
    return events.map((event) => eventTarget(event, schemas)).some((target) => target !== null)
      ? 'taken'
      : 'refused';
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // That it is no JSON is the answer.
    return undefined;
  }
}
