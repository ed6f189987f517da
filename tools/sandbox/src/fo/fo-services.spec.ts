import { testSandbox, type TestAnswer, type TestSandbox } from '../testing/sandbox-client';

describe('custom services of F&O', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.fo.control('POST', 'reset');
    await env.fo.control('PUT', 'tables/ReleasedProductsV2/rows', [
      { ItemNumber: 'P-001', InventoryUnitSymbol: 'pcs', SalesPrice: 10, SalesUnitSymbol: 'pcs' },
    ]);
  });
  const call = (path: string, body: string): Promise<TestAnswer> =>
    env.fo.post(`${env.fo.url}/api/services/${path}`, body);
  const onHand = (request: object): Promise<TestAnswer> =>
    call('SbxInventoryServices/SbxOnHandService/getOnHand', JSON.stringify({ _request: request }));
  const price = (request: object): Promise<TestAnswer> =>
    call('SbxPriceServices/SbxPriceService/getPrice', JSON.stringify({ _request: request }));

  it('given stock in two warehouses, then on-hand adds up exactly what the call does not part', async () => {
    await env.fo.control('PUT', 'tables/InventoryWarehouseOnHandV2/rows', [
      {
        ItemNumber: 'P-001',
        InventorySiteId: '1',
        InventoryWarehouseId: '11',
        AvailableOnHandQuantity: 0.1,
        ReservedOnHandQuantity: 3,
      },
      { ItemNumber: 'P-001', InventorySiteId: '1', InventoryWarehouseId: '12', AvailableOnHandQuantity: 0.2 },
    ]);
    expect((await onHand({ ItemNumber: 'P-001', SiteId: '1' })).text).toBe(
      '{"$id":"1","ItemNumber":"P-001","AvailablePhysical":0.3,"ReservedPhysical":3.0,"UnitSymbol":"pcs"}',
    );
    expect((await onHand({ ItemNumber: 'P-001', WarehouseId: '12' })).text).toContain(
      '"AvailablePhysical":0.2',
    );
    expect((await onHand({ ItemNumber: 'P-001', DataAreaId: 'demf' })).status).toBe(500);
  });

  it('given trade agreements, then the own one before those for all, by quantity and day', async () => {
    const base = { ItemNumber: 'P-001', PriceCurrencyCode: 'EUR', QuantityUnitSymbol: 'pcs' };
    await env.fo.control('PUT', 'tables/SalesPriceAgreements/rows', [
      { ...base, RecordId: 1, Price: 9 },
      { ...base, RecordId: 2, Price: 8, FromQuantity: 10 },
      { ...base, RecordId: 3, Price: 8.5, PriceCustomerAccountNumber: 'C-1' },
      { ...base, RecordId: 4, Price: 1, PriceApplicableToDate: '2020-01-01' },
    ]);
    const of = async (request: object): Promise<unknown> =>
      /"Price":([\d.]+)/.exec((await price({ ItemNumber: 'P-001', ...request })).text)?.[1];
    expect(await of({})).toBe('9.0');
    expect(await of({ Quantity: 10 })).toBe('8.0');
    expect(await of({ Quantity: 10, CustomerAccount: 'C-1' })).toBe('8.5');
    expect(await of({ CurrencyCode: 'USD' })).toBe('10.0');
  });

  it('given an exception in a service, then 500 with a plain message; an unknown one is 404 or 501', async () => {
    const missing = await onHand({ ItemNumber: 'P-404' });
    expect([missing.status, missing.text]).toEqual([
      500,
      expect.stringContaining('Item P-404 does not exist.'),
    ]);
    expect((await call('SbxInventoryServices/SbxOnHandService/getOnHand', '')).status).toBe(500);
    expect((await call('SbxInventoryServices/SbxOnHandService/other', '')).status).toBe(501);
    expect((await call('No/Such/service', '')).status).toBe(404);
  });
});
