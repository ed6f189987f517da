/** Names of the maps in libs/maps/standard (`NAME.yaml`), in the order in which their rows depend on each other. */
export const STANDARD_MAPS = [
  'legalentities-cdm_companies',
  'currencies-transactioncurrencies',
  'paymentterms-msdyn_paymentterms',
  'customergroups-msdyn_customergroups',
  'customersv3-contacts',
  'vendorsv2-msdyn_vendors',
  'customersv3-accounts',
] as const;
