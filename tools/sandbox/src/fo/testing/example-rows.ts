import type { TestSandbox } from '../../testing/sandbox-client';

/** What the samples of the wire format are about. */
export const customer =
  '[{"CustomerAccount":"O\'HARA-1","OrganizationName":"O\'Hara Supplies","CreditLimit":25000.5}]';
export const group = { dataAreaId: 'usmf', CustomerGroupId: '95', Description: 'Spare parts dealers' };
export const stock = [
  {
    ItemNumber: 'P-001',
    InventorySiteId: '1',
    InventoryWarehouseId: '11',
    AvailableOnHandQuantity: 42,
    ReservedOnHandQuantity: 3,
  },
];
export const invoice = {
  dataAreaId: 'usmf',
  InvoiceId: 'FTI-00031',
  InvoiceAccount: 'C-10042',
  InvoiceDate: '2026-03-01T12:00:00Z',
  Amount: 118.9,
};

const text = (name: string): object => ({ name, type: 'string' });

export const orders = {
  name: 'SalesOrderHeadersV2',
  publicEntity: 'SalesOrderHeaderV2',
  label: 'Sales order headers V2',
  cdmEntity: 'SalesOrderHeaderV2Entity',
  companySpecific: true,
  dataSources: 3,
  keys: [{ fields: ['dataAreaId', 'SalesOrderNumber'] }],
  numberSequence: { field: 'SalesOrderNumber', prefix: 'SO-', first: 1207 },
  fields: [
    ...[
      'SalesOrderNumber',
      'OrderingCustomerAccountNumber',
      'InvoiceCustomerAccountNumber',
      'CurrencyCode',
      'CustomersOrderReference',
    ].map(text),
    { name: 'SalesOrderStatus', type: 'enum', enum: ['Backorder', 'Delivered'] },
    { name: 'RequestedShippingDate', type: 'date' },
    { name: 'ConfirmedShippingDate', type: 'date' },
    text('DeliveryReasonCode'),
    { name: 'OrderTotalAmount', type: 'real' },
  ],
};

const invoices = {
  name: 'FreeTextInvoices',
  companySpecific: true,
  keys: [{ fields: ['dataAreaId', 'InvoiceId'] }],
  fields: [
    text('InvoiceId'),
    text('InvoiceAccount'),
    { name: 'InvoiceDate', type: 'date' },
    { name: 'Amount', type: 'real' },
  ],
};

/** Customer groups under the names that messages show. */
export async function tableNames(env: TestSandbox): Promise<void> {
  const { tables } = (await env.fo.control('GET', 'schema')) as {
    tables: { name: string; fields: { name: string }[] }[];
  };
  const groups = tables.find(({ name }) => name === 'CustomerGroups');
  const fields = groups?.fields.map((field) =>
    field.name === 'CustomerGroupId' ? { ...field, label: 'Customer group' } : field,
  );
  await env.fo.control('PUT', 'schema', {
    tables: [{ ...groups, fields, table: { name: 'CustGroup', label: 'Customer groups' } }],
  });
}

export function changeSetOf(body: object): string {
  return [
    '--b',
    'Content-Type: multipart/mixed; boundary=c',
    '',
    '--c',
    'Content-Type: application/http',
    'Content-ID: 2',
    '',
    'POST CustomerGroups HTTP/1.1',
    '',
    JSON.stringify(body),
    '--c--',
    '--b--',
  ].join('\r\n');
}

/** The posting of a free text invoice as a business event. */
export async function invoiceEvents(env: TestSandbox, url: string): Promise<void> {
  await env.fo.control('PUT', 'schema', { tables: [invoices] });
  await env.fo.control('PUT', 'business-events', {
    endpoints: [{ name: 'connector', url }],
    activations: [
      {
        event: 'CustFreeTextInvoicePostedBusinessEvent',
        endpoint: 'connector',
        table: 'FreeTextInvoices',
        operations: ['create'],
        contract: {
          InvoiceAccount: 'InvoiceAccount',
          InvoiceDate: 'InvoiceDate',
          InvoiceId: 'InvoiceId',
          InvoiceAmountInAccountingCurrency: 'Amount',
          LegalEntity: 'dataAreaId',
        },
      },
    ],
  });
}
