/**
 * Names of relationships between standard tables. They follow no rule, and clients write them into URLs
 * (`accounts(id)/contact_customer_accounts`). From the published table reference; ours for what it does not list.
 */
const STANDARD: Record<string, string> = {
  'account.primarycontactid.contact': 'account_primary_contact',
  'account.parentaccountid.account': 'account_parent_account',
  'account.originatingleadid.lead': 'account_originating_lead',
  'account.masterid.account': 'account_master_account',
  'account.defaultpricelevelid.pricelevel': 'price_level_accounts',
  'contact.parentcustomerid.account': 'contact_customer_accounts',
  'contact.parentcustomerid.contact': 'contact_customer_contacts',
  'contact.originatingleadid.lead': 'contact_originating_lead',
  'contact.masterid.contact': 'contact_master_contact',
  'contact.defaultpricelevelid.pricelevel': 'price_level_contacts',
  'lead.customerid.account': 'lead_customer_accounts',
  'lead.customerid.contact': 'lead_customer_contacts',
  'lead.parentaccountid.account': 'lead_parent_account',
  'lead.parentcontactid.contact': 'lead_parent_contact',
  'invoice.customerid.account': 'invoice_customer_accounts',
  'invoice.customerid.contact': 'invoice_customer_contacts',
  'invoice.salesorderid.salesorder': 'order_invoices',
  'invoice.pricelevelid.pricelevel': 'price_level_invoices',
  'invoicedetail.invoiceid.invoice': 'invoice_details',
  'invoicedetail.productid.product': 'product_invoice_details',
  'salesorder.customerid.account': 'order_customer_accounts',
  'salesorder.customerid.contact': 'order_customer_contacts',
  'salesorder.quoteid.quote': 'quote_orders',
  'salesorder.pricelevelid.pricelevel': 'price_level_orders',
  'salesorderdetail.salesorderid.salesorder': 'order_details',
  'salesorderdetail.productid.product': 'product_order_details',
  'quote.customerid.account': 'quote_customer_accounts',
  'quote.customerid.contact': 'quote_customer_contacts',
  'quote.opportunityid.opportunity': 'opportunity_quotes',
  'quote.pricelevelid.pricelevel': 'price_level_quotes',
  'quotedetail.quoteid.quote': 'quote_details',
  'quotedetail.productid.product': 'product_quote_details',
  'product.parentproductid.product': 'product_parent_product',
  'product.defaultuomid.uom': 'unit_of_measurement_products',
  'product.pricelevelid.pricelevel': 'price_level_products',
  'systemuser.businessunitid.businessunit': 'business_unit_system_users',
  'systemuser.parentsystemuserid.systemuser': 'user_parent_user',
  'team.businessunitid.businessunit': 'business_unit_teams',
  'businessunit.parentbusinessunitid.businessunit': 'business_unit_parent_business_unit',
};

export function standardRelationship(table: string, column: string, target: string): string {
  const listed = STANDARD[`${table}.${column}.${target}`];
  if (listed !== undefined) return listed;
  if (table === 'annotation' && column === 'objectid')
    return `${target.charAt(0).toUpperCase()}${target.slice(1)}_Annotation`;
  if (column === 'transactioncurrencyid') return `transactioncurrency_${table}`;
  if (target === 'systemuser' && /^(?:created|modified)by$/.test(column)) return `lk_${table}base_${column}`;
  return `${target}_${table}_${column}`;
}
