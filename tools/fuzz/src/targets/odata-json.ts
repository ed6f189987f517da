import { DataverseClient, FoClient, type JsonObject } from '@dualwrite/odata';
import { cellsFromWire, nativeIdOf, UnreadableValue, type TableSchema } from '@dualwrite/schemas';
import { DependencyRefused, SideUnavailable } from '@dualwrite/telemetry';
import { breakJson } from '../break-json';
import { refusedBy, type FuzzTarget } from '../target';
import { reply } from './answered';
import { ACCOUNT, CUSTOMER, tableOf } from './tables';

const REFUSALS = [DependencyRefused, SideUnavailable, UnreadableValue];
/** Statuses whose body says what is wrong; those of gateways are repeated after a wait, which would cost the dose. */
const ERROR_STATUSES = [400, 401, 403, 404, 412, 413, 429];

const DATAVERSE_PAGE = {
  '@odata.context': 'https://org.crm.dynamics.com/api/data/v9.2/$metadata#accounts',
  '@odata.nextLink':
    'https://org.crm.dynamics.com/api/data/v9.2/accounts?$skiptoken=%3Ccookie%20pagenumber=%222%22%20/%3E',
  '@odata.deltaLink': 'https://org.crm.dynamics.com/api/data/v9.2/accounts?$deltatoken=919042%2108%2f22',
  value: [
    ACCOUNT,
    {
      '@odata.context': 'https://org.crm.dynamics.com/api/data/v9.2/$metadata#accounts/$deletedEntity',
      id: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
      reason: 'deleted',
    },
  ],
};
const FO_PAGE = {
  '@odata.context': 'https://f.operations.dynamics.com/data/$metadata#CustomersV3',
  '@odata.nextLink': 'https://f.operations.dynamics.com/data/CustomersV3?$skip=1000',
  value: [CUSTOMER],
};
const ERRORS = [
  { error: { code: '0x80060882', message: 'The version of the existing record does not match.' } },
  { error: { code: '0x80040217', message: 'account With Id = 0b1c2d3e Does Not Exist' } },
  {
    error: {
      code: '',
      message: 'An error has occurred.',
      innererror: {
        message:
          "Write failed for table row of type 'CustCustomerV3Entity'. Infolog: Warning: The record already exists.; Error: x",
        type: 'Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException',
      },
    },
  },
];

/** Pages, rows and errors of Dataverse, from bytes to canonical cells. */
export const dataverseJson: FuzzTarget = {
  name: 'dataverse-json',
  sample: (chance) => breakJson(chance.isLucky(0.7) ? DATAVERSE_PAGE : chance.pick(ERRORS), chance),
  run: async (input) => {
    const table = await tableOf('dataverse');
    const query = { entitySet: table.entitySet, select: ['name'] };
    for (const status of ERROR_STATUSES)
      await new DataverseClient(reply(status, String(input))).update(query, 'id', 'W/"1"', {});
    return refusedBy(REFUSALS, async () => {
      const page = await new DataverseClient(reply(200, String(input))).page(query, { pageRowCountMax: 10 });
      for (const row of page.rows) readRow(table, row);
    });
  },
};

/** The same of F&O. */
export const foJson: FuzzTarget = {
  name: 'fo-json',
  sample: (chance) => breakJson(chance.isLucky(0.7) ? FO_PAGE : chance.pick(ERRORS), chance),
  run: async (input) => {
    const table = await tableOf('fo');
    const query = { entitySet: table.entitySet, select: ['OrganizationName'] };
    for (const status of ERROR_STATUSES)
      await new FoClient(reply(status, String(input))).remove(table.entitySet, "(a='1')", 'W/"1"');
    return refusedBy(REFUSALS, async () => {
      const page = await new FoClient(reply(200, String(input))).page(query, {});
      for (const row of page.rows) readRow(table, row);
    });
  },
};

function readRow(table: TableSchema, row: JsonObject): void {
  const cells = cellsFromWire(table, [...table.columns.keys()], row);
  nativeIdOf(table, cells);
  // A foreign member named `__proto__` must not become anybody's prototype.
  if (Object.getPrototypeOf(cells) !== Object.prototype) throw new Error('cells with a foreign prototype');
  if ('isAdmin' in {}) throw new Error('the prototype of all objects was changed');
}
