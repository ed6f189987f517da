import { decimalOf, sameScale } from '../json/decimal';
import type { JsonObject } from '../json/exact-json';
import type { Row } from '../store/row';
import { contract, real, rowsWith, ServiceFailure, type ServiceCall } from './service-call';

/** What of an item is on hand; over all sites or warehouses where the call names none. */
export function onHand(call: ServiceCall): JsonObject {
  const member = contract(call);
  const item = { dataAreaId: member('DataAreaId'), ItemNumber: member('ItemNumber') };
  if (item.ItemNumber === '') throw new ServiceFailure('The item number is empty.');
  const rows = rowsWith(call.context, 'InventoryWarehouseOnHandV2', {
    ...item,
    InventorySiteId: member('SiteId'),
    InventoryWarehouseId: member('WarehouseId'),
  });
  const [product] = rowsWith(call.context, 'ReleasedProductsV2', item);
  if (rows.length === 0 && !product) throw new ServiceFailure(`Item ${item.ItemNumber} does not exist.`);
  return {
    ItemNumber: item.ItemNumber,
    AvailablePhysical: real(sum(rows, 'AvailableOnHandQuantity')),
    ReservedPhysical: real(sum(rows, 'ReservedOnHandQuantity')),
    UnitSymbol: String(product?.cells['InventoryUnitSymbol'] ?? 'ea'),
  };
}

function sum(rows: readonly Row[], column: string): string {
  return rows.reduce((total, { cells }) => {
    const { left, right, scale } = sameScale(total, String(cells[column] ?? '0'));
    return decimalOf(left + right, scale);
  }, '0');
}
