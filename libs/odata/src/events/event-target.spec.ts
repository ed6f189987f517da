import type { Column, TableSchema } from '@dualwrite/schemas';
import fc from 'fast-check';
import { eventTarget } from './event-target';

const text = (name: string): Column => ({ name, type: 'string', nullable: false });
const schema: TableSchema = {
  side: 'fo',
  table: 'CustomersV3',
  entitySet: 'CustomersV3',
  entityType: 'Microsoft.Dynamics.DataEntities.CustomerV3',
  key: ['dataAreaId', 'CustomerAccount'],
  columns: new Map(['dataAreaId', 'CustomerAccount', 'OrganizationName'].map((name) => [name, text(name)])),
  companyColumn: 'dataAreaId',
};

function anEvent(name: string, attributes: Record<string, unknown>, members: object = {}): unknown {
  const pairs = Object.entries(attributes).map(([key, value]) => ({ key, value }));
  return {
    PrimaryEntityName: name,
    InputParameters: [{ key: 'Target', value: { Attributes: pairs } }],
    ...members,
  };
}

describe('eventTarget', () => {
  it('given an event of a table of ours, then it names the row by its key, the company in lower case', () => {
    const event = anEvent('CustomersV3', {
      dataareaid: 'USMF',
      customeraccount: 'US-001',
      organizationname: 'x',
    });
    expect(eventTarget(event, [schema])).toEqual({
      table: 'CustomersV3',
      nativeId: 'usmf|US-001',
      isDelete: false,
    });
  });

  it("given the virtual tables' spelling, then it is understood as well", () => {
    const event = anEvent('mserp_customerv3entity', {
      mserp_dataareaid: 'usmf',
      mserp_customeraccount: 'A|1',
    });
    expect(eventTarget(event, [schema])).toEqual({
      table: 'CustomersV3',
      nativeId: String.raw`usmf|A\|1`,
      isDelete: false,
    });
  });

  it('given a delete, then the key of its reference is enough', () => {
    const keys = [
      { key: 'dataareaid', value: 'usmf' },
      { key: 'customeraccount', value: 'US-2' },
    ];
    const event = {
      MessageName: 'Delete',
      PrimaryEntityName: 'CustomersV3',
      InputParameters: [{ key: 'Target', value: { KeyAttributes: keys } }],
    };
    expect(eventTarget(event, [schema])).toEqual({
      table: 'CustomersV3',
      nativeId: 'usmf|US-2',
      isDelete: true,
    });
  });

  it('given an update that holds what changed alone, then the image has the key', () => {
    const image = [
      { key: 'dataareaid', value: 'usmf' },
      { key: 'customeraccount', value: 'US-3' },
    ];
    const event = anEvent(
      'CustomersV3',
      { organizationname: 'x' },
      { PreEntityImages: [{ key: 'PreImage', value: { Attributes: image } }] },
    );
    expect(eventTarget(event, [schema])?.nativeId).toBe('usmf|US-3');
  });

  it.each([
    ['another table', anEvent('VendorsV2', { dataareaid: 'usmf', customeraccount: 'x' })],
    ['no key', anEvent('CustomersV3', { dataareaid: 'usmf' })],
    ['a key of a wrong type', anEvent('CustomersV3', { dataareaid: 'usmf', customeraccount: { a: 1 } })],
    ['a test message', { BusinessEventId: 'BusinessEventsTestEndpointContract' }],
    ['nothing', null],
    ['a list', []],
  ])('given %s, then there is no target', (_what, event) => {
    expect(eventTarget(event, [schema])).toBeNull();
  });

  it('given anything at all, then it does not throw', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, other) => {
        eventTarget(one, [schema]);
        eventTarget({ PrimaryEntityName: 'CustomersV3', InputParameters: one, PreEntityImages: [other] }, [
          schema,
        ]);
      }),
    );
  });
});
