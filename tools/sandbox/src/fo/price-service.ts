import { compareDecimal } from '../json/decimal';
import type { JsonObject } from '../json/exact-json';
import type { Row } from '../store/row';
import { contract, real, rowsWith, ServiceFailure, type ServiceCall } from './service-call';

/**
 * The sales price of an item: the customer's own trade agreement before those for all, the lowest that fits quantity
 * and day; without one the base price of the released product.
 */
export function itemPrice(call: ServiceCall): JsonObject {
  const member = contract(call);
  const item = { dataAreaId: member('DataAreaId'), ItemNumber: member('ItemNumber') };
  const [product] = rowsWith(call.context, 'ReleasedProductsV2', item);
  const customer = member('CustomerAccount');
  const quantity = member('Quantity') || '1';
  const day = member('PriceDate').slice(0, 10) || call.context.clock.nowText().slice(0, 10);
  const agreements = rowsWith(call.context, 'SalesPriceAgreements', {
    ...item,
    PriceCurrencyCode: member('CurrencyCode'),
    QuantityUnitSymbol: member('UnitSymbol'),
  }).filter((row) => holds(row, { customer, quantity, day }));
  const own = agreements.filter(({ cells }) => cells['PriceCustomerAccountNumber'] !== undefined);
  const [best] = (own.length > 0 ? own : agreements).sort((left, right) =>
    compareDecimal(String(left.cells['Price'] ?? '0'), String(right.cells['Price'] ?? '0')),
  );
  if (!best && !product) throw new ServiceFailure(`Item ${item.ItemNumber} does not exist.`);
  const source = best?.cells ?? product?.cells ?? {};
  return {
    ItemNumber: item.ItemNumber,
    Price: real(best ? source['Price'] : source['SalesPrice']),
    PriceUnit: real(source['SalesPriceQuantity'] ?? '1'),
    CurrencyCode: String(source['PriceCurrencyCode'] ?? member('CurrencyCode')),
    UnitSymbol: String((best ? source['QuantityUnitSymbol'] : source['SalesUnitSymbol']) ?? ''),
  };
}

function holds(
  { cells }: Row,
  { customer, quantity, day }: { customer: string; quantity: string; day: string },
): boolean {
  const account = String(cells['PriceCustomerAccountNumber'] ?? '');
  if (account !== '' && account.toLowerCase() !== customer.toLowerCase()) return false;
  if (compareDecimal(quantity, String(cells['FromQuantity'] ?? '0')) < 0) return false;
  const from = String(cells['PriceApplicableFromDate'] ?? '');
  const to = String(cells['PriceApplicableToDate'] ?? '');
  return (from === '' || from <= day) && (to === '' || to >= day);
}
