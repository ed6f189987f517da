import { withColumnFacts } from './column-facts';
import { parseCsdl, UnreadableMetadata } from './parse-csdl';
import type { TableSchema } from './table-schema';
import { stringify } from 'lossless-json';
import { schemaFromJson, schemaToJson } from './schema-json';
import { wirePatch } from './wire-patch';
import { cellsFromWire, wireName } from './wire-row';

const edmx = (schema: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>${schema}</edmx:DataServices></edmx:Edmx>`;

const FO =
  edmx(`<Schema Namespace="Microsoft.Dynamics.DataEntities" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <EnumType Name="NoYes"><Member Name="Yes" Value="1"/><Member Name="No" Value="0"/></EnumType>
  <EntityType Name="CustomerV3"><Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="CustomerAccount"/></Key>
    <Property Name="dataAreaId" Type="Edm.String" Nullable="false"/>
    <Property Name="CustomerAccount" Type="Edm.String" Nullable="false" MaxLength="20"/>
    <Property Name="CreditLimit" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
    <Property Name="Founded" Type="Edm.DateTimeOffset"><Annotation Term="Microsoft.Dynamics.OData.Core.V1.AXType" String="Date"/></Property>
    <Property Name="ChangedAt" Type="Edm.DateTimeOffset"><Annotation Term="Microsoft.Dynamics.OData.Core.V1.AXType" String="UtcDateTime"/></Property>
    <Property Name="IsOneTimeCustomer" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
    <NavigationProperty Name="Group" Type="Microsoft.Dynamics.DataEntities.CustomerV3"/>
  </EntityType>
  <EntityContainer Name="Resources"><EntitySet Name="CustomersV3" EntityType="Microsoft.Dynamics.DataEntities.CustomerV3"/></EntityContainer></Schema>`);

const DATAVERSE =
  edmx(`<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <EntityType Name="crmbaseentity" Abstract="true"/>
  <EntityType Name="account" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="accountid"/></Key>
    <Property Name="accountid" Type="Edm.Guid"/><Property Name="name" Type="Edm.String" Unicode="false"/>
    <Property Name="creditlimit" Type="Edm.Decimal" Scale="4"/><Property Name="founded" Type="Edm.DateTimeOffset"/>
    <Property Name="_primarycontactid_value" Type="Edm.Guid"/><Property Name="_customerid_value" Type="Edm.Guid"/>
    <NavigationProperty Name="PrimaryContactId" Type="mscrm.contact"><ReferentialConstraint Property="_primarycontactid_value" ReferencedProperty="contactid"/></NavigationProperty>
    <NavigationProperty Name="customerid_account" Type="mscrm.account"><ReferentialConstraint Property="_customerid_value" ReferencedProperty="accountid"/></NavigationProperty>
    <NavigationProperty Name="customerid_contact" Type="mscrm.contact"><ReferentialConstraint Property="_customerid_value" ReferencedProperty="contactid"/></NavigationProperty>
    <NavigationProperty Name="children" Type="Collection(mscrm.account)"/></EntityType>
  <EntityType Name="contact" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="contactid"/></Key><Property Name="contactid" Type="Edm.Guid"/></EntityType>
  <EntityContainer Name="System"><EntitySet Name="accounts" EntityType="Microsoft.Dynamics.CRM.account"/><EntitySet Name="contacts" EntityType="Microsoft.Dynamics.CRM.contact"/></EntityContainer></Schema>`);

const only = (schemas: readonly TableSchema[], table: string): TableSchema => {
  const schema = schemas.find((one) => one.table === table);
  if (schema === undefined) throw new Error(`no ${table}`);
  return schema;
};

describe('parseCsdl', () => {
  it('given F&O, then a table is its entity set, with key, company, days told from moments, enums in order of their numbers', async () => {
    const customers = only(await parseCsdl('fo', FO), 'CustomersV3');
    expect(customers).toMatchObject({
      entityType: 'Microsoft.Dynamics.DataEntities.CustomerV3',
      key: ['dataAreaId', 'CustomerAccount'],
      companyColumn: 'dataAreaId',
    });
    expect([...customers.columns.values()]).toEqual([
      { name: 'dataAreaId', type: 'string', nullable: false },
      { name: 'CustomerAccount', type: 'string', nullable: false, maxLength: 20 },
      { name: 'CreditLimit', type: 'decimal', nullable: false },
      { name: 'Founded', type: 'date', nullable: true },
      { name: 'ChangedAt', type: 'datetime', nullable: true },
      {
        name: 'IsOneTimeCustomer',
        type: 'enum',
        nullable: true,
        symbols: ['No', 'Yes'],
        enumType: 'Microsoft.Dynamics.DataEntities.NoYes',
      },
    ]);
  });

  it('given Dataverse, then lookups are one column each, with every table that they may point at', async () => {
    const account = only(await parseCsdl('dataverse', DATAVERSE), 'account');
    expect(account).toMatchObject({ entitySet: 'accounts', key: ['accountid'], companyColumn: null });
    expect(account.columns.get('primarycontactid')).toEqual({
      name: 'primarycontactid',
      type: 'lookup',
      nullable: true,
      targets: [{ table: 'contact', entitySet: 'contacts', navigationProperty: 'PrimaryContactId' }],
    });
    expect(account.columns.get('customerid')?.targets?.map((target) => target.table)).toEqual([
      'account',
      'contact',
    ]);
    expect(account.columns.get('creditlimit')).toEqual({
      name: 'creditlimit',
      type: 'decimal',
      nullable: true,
      scale: 4,
    });
    expect(account.columns.has('children')).toBe(false);
  });

  it.each([
    ['no XML', 'oh no'],
    ['other XML', '<a/>'],
    ['half a document', FO.slice(0, 700)],
    ['nothing in it', edmx('')],
  ])('given %s, then it is refused', async (_, xml) => {
    await expect(parseCsdl('fo', xml)).rejects.toThrow(UnreadableMetadata);
  });

  it('given what the metadata service tells besides, then lengths, scales and days are known', async () => {
    const account = only(await parseCsdl('dataverse', DATAVERSE), 'account');
    const known = withColumnFacts(account, [
      { column: 'name', maxLength: 160 },
      { column: 'creditlimit', scale: 2 },
      { column: 'founded', isDay: true },
      { column: 'nowhere', maxLength: 1 },
    ]);
    expect(known.columns.get('name')?.maxLength).toBe(160);
    expect(known.columns.get('creditlimit')?.scale).toBe(2);
    expect(known.columns.get('founded')?.type).toBe('date');
    expect(account.columns.get('name')?.maxLength).toBeUndefined();
  });
});

describe('cellsFromWire', () => {
  it('given a row, then lookups stand under their own name and what is left out is empty', async () => {
    const account = only(await parseCsdl('dataverse', DATAVERSE), 'account');
    const row = {
      accountid: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
      _primarycontactid_value: 'B0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
      name: '',
    };
    expect(cellsFromWire(account, ['accountid', 'primarycontactid', 'name', 'creditlimit'], row)).toEqual({
      accountid: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      primarycontactid: 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      name: null,
      creditlimit: null,
    });
    const lookup = account.columns.get('primarycontactid');
    expect(lookup && wireName(lookup)).toBe('_primarycontactid_value');
  });

  it('given a lookup that may point at several tables, then its cell says at which; without that it is unreadable', async () => {
    const account = only(await parseCsdl('dataverse', DATAVERSE), 'account');
    const row = { _customerid_value: 'B0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' };
    const told = { ...row, '_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'contact' };
    expect(cellsFromWire(account, ['customerid'], told)).toEqual({
      customerid: 'contact/b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    });
    expect(cellsFromWire(account, ['customerid'], { _customerid_value: null })).toEqual({ customerid: null });
    expect(() => cellsFromWire(account, ['customerid'], row)).toThrow('without the table');
  });
});

describe('wirePatch', () => {
  it('given a patch, then lookups are bound by their navigation property and decimals keep their digits', async () => {
    const account = only(await parseCsdl('dataverse', DATAVERSE), 'account');
    const guid = 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
    expect(
      stringify(
        wirePatch(account, { primarycontactid: guid, creditlimit: '1.5000000000000000000001', name: null }),
      ),
    ).toBe(
      `{"PrimaryContactId@odata.bind":"/contacts(${guid})","creditlimit":1.5000000000000000000001,"name":null}`,
    );
    expect(wirePatch(account, { customerid: null })).toEqual({ 'customerid_account@odata.bind': null });
    expect(wirePatch(account, { customerid: `contact/${guid}` })).toEqual({
      'customerid_contact@odata.bind': `/contacts(${guid})`,
    });
    expect(() => wirePatch(account, { customerid: guid })).toThrow('account, contact');
    expect(() => wirePatch(account, { customerid: `lead/${guid}` })).toThrow('account, contact, not at lead');
    expect(() => wirePatch(account, { nowhere: 1 })).toThrow('nowhere');
  });
});

it('given a schema, when it goes over HTTP, then it is the same', async () => {
  const account = only(await parseCsdl('dataverse', DATAVERSE), 'account');
  expect(schemaFromJson(JSON.parse(JSON.stringify(schemaToJson(account))))).toEqual(account);
});
