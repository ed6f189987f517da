import { parseCsdl, type TableSchema } from '@dualwrite/schemas';

/** `$metadata` of one table with a column of every type. */
export const DATAVERSE_CSDL = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="crmbaseentity" Abstract="true" />
<EntityType Name="account" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="accountid" /></Key>
<Property Name="accountid" Type="Edm.Guid" /><Property Name="name" Type="Edm.String" MaxLength="160" />
<Property Name="creditlimit" Type="Edm.Decimal" Scale="Variable" /><Property Name="exchangerate" Type="Edm.Decimal" Scale="10" />
<Property Name="numberofemployees" Type="Edm.Int32" /><Property Name="versionnumber" Type="Edm.Int64" />
<Property Name="creditonhold" Type="Edm.Boolean" /><Property Name="overriddencreatedon" Type="Edm.DateTimeOffset" />
<Property Name="birthdate" Type="Edm.Date" /><Property Name="_primarycontactid_value" Type="Edm.Guid" />
<Property Name="_parentcustomerid_value" Type="Edm.Guid" />
<NavigationProperty Name="primarycontactid" Type="mscrm.contact"><ReferentialConstraint Property="_primarycontactid_value" ReferencedProperty="contactid" /></NavigationProperty>
<NavigationProperty Name="parentcustomerid_account" Type="mscrm.account"><ReferentialConstraint Property="_parentcustomerid_value" ReferencedProperty="accountid" /></NavigationProperty>
<NavigationProperty Name="parentcustomerid_contact" Type="mscrm.contact"><ReferentialConstraint Property="_parentcustomerid_value" ReferencedProperty="contactid" /></NavigationProperty>
</EntityType>
<EntityType Name="contact" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="contactid" /></Key><Property Name="contactid" Type="Edm.Guid" /></EntityType>
<EntityContainer Name="System"><EntitySet Name="accounts" EntityType="Microsoft.Dynamics.CRM.account" /><EntitySet Name="contacts" EntityType="Microsoft.Dynamics.CRM.contact" /></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`;

export const FO_CSDL = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.DataEntities" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="NoYes"><Member Name="No" Value="0" /><Member Name="Yes" Value="1" /></EnumType>
<EntityType Name="CustomerV3"><Key><PropertyRef Name="dataAreaId" /><PropertyRef Name="CustomerAccount" /></Key>
<Property Name="dataAreaId" Type="Edm.String" Nullable="false" MaxLength="4" /><Property Name="CustomerAccount" Type="Edm.String" Nullable="false" />
<Property Name="OrganizationName" Type="Edm.String" /><Property Name="CreditLimit" Type="Edm.Decimal" Scale="6" />
<Property Name="OnHold" Type="Microsoft.Dynamics.DataEntities.NoYes" /><Property Name="LineNumber" Type="Edm.Int64" />
<Property Name="AccountOpened" Type="Edm.DateTimeOffset"><Annotation Term="Microsoft.Dynamics.OData.Core.V1.AXType" String="Date" /></Property>
<Property Name="ModifiedAt" Type="Edm.DateTimeOffset" /><Property Name="PartyId" Type="Edm.Guid" /></EntityType>
<EntityContainer Name="Resources"><EntitySet Name="CustomersV3" EntityType="Microsoft.Dynamics.DataEntities.CustomerV3" /></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`;

export const ACCOUNT = {
  '@odata.etag': 'W/"1204477"',
  accountid: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
  name: 'Contoso',
  creditlimit: 1250.5,
  exchangerate: 1.0000000001,
  numberofemployees: 12,
  versionnumber: 1204477,
  creditonhold: false,
  overriddencreatedon: '2026-03-01T09:15:42Z',
  birthdate: '2026-03-01',
  _primarycontactid_value: 'aa1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
  _parentcustomerid_value: 'bb1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
  '_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'contact',
};

export const CUSTOMER = {
  '@odata.etag': 'W/"JzEsNTYzNzE5MDAwMSc="',
  dataAreaId: 'usmf',
  CustomerAccount: 'US-001',
  OrganizationName: '',
  CreditLimit: 745.1,
  OnHold: 'Yes',
  LineNumber: 5637190377,
  AccountOpened: '1900-01-01T12:00:00Z',
  ModifiedAt: '2026-08-15T08:22:26Z',
  PartyId: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
};

const tables = new Map<string, Promise<TableSchema>>();

/** The one table of the example metadata; read once. */
export function tableOf(side: 'fo' | 'dataverse'): Promise<TableSchema> {
  const known = tables.get(side) ?? readTable(side);
  tables.set(side, known);
  return known;
}

async function readTable(side: 'fo' | 'dataverse'): Promise<TableSchema> {
  const [first] = await parseCsdl(side, side === 'fo' ? FO_CSDL : DATAVERSE_CSDL);
  if (first === undefined) throw new Error(`the example metadata of ${side} has no table`);
  return first;
}
