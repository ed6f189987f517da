/** `$metadata` of F&O as far as the standard maps name it. */
export const FO_METADATA = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.DataEntities" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="NoYes"><Member Name="No" Value="0"/><Member Name="Yes" Value="1"/></EnumType>
<EnumType Name="CustPartyType"><Member Name="Organization" Value="0"/><Member Name="Person" Value="1"/></EnumType>
<EnumType Name="CustOnHoldStatus"><Member Name="No" Value="0"/><Member Name="Invoice" Value="1"/><Member Name="All" Value="2"/><Member Name="Payment" Value="3"/><Member Name="Requisition" Value="4"/><Member Name="Never" Value="5"/></EnumType>
<EntityType Name="LegalEntity"><Key><PropertyRef Name="LegalEntityId"/></Key>
  <Property Name="Name" Type="Edm.String"/>
  <Property Name="NameAlias" Type="Edm.String"/>
  <Property Name="PartyNumber" Type="Edm.String"/>
  <Property Name="LanguageId" Type="Edm.String"/>
  <Property Name="LegalEntityId" Type="Edm.String" Nullable="false"/>
</EntityType>
<EntityType Name="CustomerGroup"><Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="CustomerGroupId"/></Key>
  <Property Name="dataAreaId" Type="Edm.String" Nullable="false"/>
  <Property Name="CustomerGroupId" Type="Edm.String" Nullable="false"/>
  <Property Name="Description" Type="Edm.String"/>
  <Property Name="IsSalesTaxIncludedInPrice" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="PaymentTermId" Type="Edm.String"/>
  <Property Name="ClearingPeriodPaymentTermName" Type="Edm.String"/>
</EntityType>
<EntityType Name="CustomerV3"><Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="CustomerAccount"/></Key>
  <Property Name="dataAreaId" Type="Edm.String" Nullable="false"/>
  <Property Name="CustomerAccount" Type="Edm.String" Nullable="false"/>
  <Property Name="PartyType" Type="Microsoft.Dynamics.DataEntities.CustPartyType"/>
  <Property Name="OrganizationName" Type="Edm.String"/>
  <Property Name="CustomerGroupId" Type="Edm.String"/>
  <Property Name="OrganizationNumberOfEmployees" Type="Edm.Int32" Nullable="false"/>
  <Property Name="PersonFirstName" Type="Edm.String"/>
  <Property Name="PersonMiddleName" Type="Edm.String"/>
  <Property Name="PersonLastName" Type="Edm.String"/>
  <Property Name="PersonProfessionalTitle" Type="Edm.String"/>
  <Property Name="PersonGender" Type="Edm.String"/>
  <Property Name="PersonMaritalStatus" Type="Edm.String"/>
  <Property Name="PartyNumber" Type="Edm.String"/>
  <Property Name="LanguageId" Type="Edm.String"/>
  <Property Name="AddressZipCode" Type="Edm.String"/>
  <Property Name="AddressCity" Type="Edm.String"/>
  <Property Name="AddressCountryRegionISOCode" Type="Edm.String"/>
  <Property Name="AddressCounty" Type="Edm.String"/>
  <Property Name="AddressLatitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="AddressLocationRoles" Type="Edm.String"/>
  <Property Name="AddressLongitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="AddressState" Type="Edm.String"/>
  <Property Name="AddressStreet" Type="Edm.String"/>
  <Property Name="PrimaryContactEmail" Type="Edm.String"/>
  <Property Name="PrimaryContactEmailDescription" Type="Edm.String"/>
  <Property Name="PrimaryContactFax" Type="Edm.String"/>
  <Property Name="PrimaryContactFaxDescription" Type="Edm.String"/>
  <Property Name="PrimaryContactFaxExtension" Type="Edm.String"/>
  <Property Name="PrimaryContactPhone" Type="Edm.String"/>
  <Property Name="PrimaryContactPhoneDescription" Type="Edm.String"/>
  <Property Name="PrimaryContactPhoneExtension" Type="Edm.String"/>
  <Property Name="PrimaryContactURL" Type="Edm.String"/>
  <Property Name="PrimaryContactURLDescription" Type="Edm.String"/>
  <Property Name="PrimaryContactFacebook" Type="Edm.String"/>
  <Property Name="PrimaryContactFacebookDescription" Type="Edm.String"/>
  <Property Name="PrimaryContactLinkedIn" Type="Edm.String"/>
  <Property Name="PrimaryContactLinkedInDescription" Type="Edm.String"/>
  <Property Name="PrimaryContactTwitterDescription" Type="Edm.String"/>
  <Property Name="PrimaryContactTwitter" Type="Edm.String"/>
  <Property Name="IsOneTimeCustomer" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="IdentificationNumber" Type="Edm.String"/>
  <Property Name="PartyCountry" Type="Edm.String"/>
  <Property Name="PartyState" Type="Edm.String"/>
  <Property Name="VendorAccount" Type="Edm.String"/>
  <Property Name="ContactPersonId" Type="Edm.String"/>
  <Property Name="SalesCurrencyCode" Type="Edm.String"/>
  <Property Name="SalesMemo" Type="Edm.String"/>
  <Property Name="OnHoldStatus" Type="Microsoft.Dynamics.DataEntities.CustOnHoldStatus"/>
  <Property Name="CreditLimitIsMandatory" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="CreditRating" Type="Edm.String"/>
  <Property Name="CreditLimit" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="PaymentTerms" Type="Edm.String"/>
  <Property Name="PaymentMethod" Type="Edm.String"/>
  <Property Name="PaymentSchedule" Type="Edm.String"/>
  <Property Name="PaymentDay" Type="Edm.String"/>
  <Property Name="PaymentTermsBaseDays" Type="Edm.Int32" Nullable="false"/>
  <Property Name="InvoiceAccount" Type="Edm.String"/>
  <Property Name="InvoiceAddress" Type="Edm.Int32" Nullable="false"/>
  <Property Name="SalesTaxGroup" Type="Edm.String"/>
  <Property Name="TaxExemptNumber" Type="Edm.String"/>
  <Property Name="DeliveryAddressZipCode" Type="Edm.String"/>
  <Property Name="DeliveryAddressCity" Type="Edm.String"/>
  <Property Name="DeliveryAddressCountryRegionISOCode" Type="Edm.String"/>
  <Property Name="DeliveryAddressCounty" Type="Edm.String"/>
  <Property Name="DeliveryAddressLatitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="DeliveryAddressLongitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="DeliveryAddressState" Type="Edm.String"/>
  <Property Name="DeliveryAddressStreet" Type="Edm.String"/>
  <Property Name="InvoiceAddressZipCode" Type="Edm.String"/>
  <Property Name="InvoiceAddressCity" Type="Edm.String"/>
  <Property Name="InvoiceAddressCountryRegionISOCode" Type="Edm.String"/>
  <Property Name="InvoiceAddressCounty" Type="Edm.String"/>
  <Property Name="InvoiceAddressLatitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="InvoiceAddressLongitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="InvoiceAddressState" Type="Edm.String"/>
  <Property Name="InvoiceAddressStreet" Type="Edm.String"/>
  <Property Name="AddressPostbox" Type="Edm.String"/>
</EntityType>
<EntityContainer Name="Resources">
<EntitySet Name="LegalEntities" EntityType="Microsoft.Dynamics.DataEntities.LegalEntity"/>
<EntitySet Name="CustomerGroups" EntityType="Microsoft.Dynamics.DataEntities.CustomerGroup"/>
<EntitySet Name="CustomersV3" EntityType="Microsoft.Dynamics.DataEntities.CustomerV3"/>
</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>
`;
