import type { Side } from '@dualwrite/events';

/** One field that people edit here: a text that travels both ways as it is, so its values tell where they come from. */
export interface TrackedField {
  readonly name: string;
  readonly column: Readonly<Record<Side, string>>;
}

/** A map as the judge sees it, from the sides' documents alone. */
export interface Subject {
  readonly map: string;
  /** As the sandboxes name it: entity set in F&O, logical name in Dataverse. */
  readonly table: Readonly<Record<Side, string>>;
  /** The set that rows are read from. */
  readonly set: Readonly<Record<Side, string>>;
  readonly keyColumn: Readonly<Record<Side, string>>;
  /** Primary id in Dataverse. */
  readonly idColumn: string;
  readonly fields: readonly TrackedField[];
}

const field = (name: string, fo: string, dataverse: string): TrackedField => ({
  name,
  column: { fo, dataverse },
});

export const CUSTOMERS: Subject = {
  map: 'customersv3-accounts',
  table: { fo: 'CustomersV3', dataverse: 'account' },
  set: { fo: 'CustomersV3', dataverse: 'accounts' },
  keyColumn: { fo: 'CustomerAccount', dataverse: 'accountnumber' },
  idColumn: 'accountid',
  fields: [
    field('name', 'OrganizationName', 'name'),
    field('city', 'DeliveryAddressCity', 'address1_city'),
    field('memo', 'SalesMemo', 'description'),
    field('rating', 'CreditRating', 'msdyn_creditrating'),
    field('phone', 'PrimaryContactPhone', 'telephone1'),
  ],
};

export const GROUPS: Subject = {
  map: 'customergroups-msdyn_customergroups',
  table: { fo: 'CustomerGroups', dataverse: 'msdyn_customergroup' },
  set: { fo: 'CustomerGroups', dataverse: 'msdyn_customergroups' },
  keyColumn: { fo: 'CustomerGroupId', dataverse: 'msdyn_groupid' },
  idColumn: 'msdyn_customergroupid',
  fields: [field('description', 'Description', 'msdyn_description')],
};

export const SUBJECTS: readonly Subject[] = [CUSTOMERS, GROUPS];
/** Companies are what the other two hang on; nobody edits them here. */
export const MAPS: readonly string[] = ['legalentities-cdm_companies', ...SUBJECTS.map(({ map }) => map)];
