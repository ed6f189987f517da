/** `$metadata` of F&O as far as the standard maps name it. */
export const FO_METADATA = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.DataEntities" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="NoYes"><Member Name="No" Value="0"/><Member Name="Yes" Value="1"/></EnumType>
<EnumType Name="CustPartyType"><Member Name="Organization" Value="0"/><Member Name="Person" Value="1"/></EnumType>
<EnumType Name="CustOnHoldStatus"><Member Name="No" Value="0"/><Member Name="Invoice" Value="1"/><Member Name="All" Value="2"/><Member Name="Payment" Value="3"/><Member Name="Requisition" Value="4"/><Member Name="Never" Value="5"/></EnumType>
<EnumType Name="CreditCardCreditCheckType"><Member Name="Normal" Value="0"/><Member Name="ByPass" Value="1"/></EnumType>
<EnumType Name="CreditCardPaymentType"><Member Name="Na" Value="0"/><Member Name="CreditCard" Value="1"/></EnumType>
<EnumType Name="PaymentMethodType"><Member Name="Net" Value="0"/><Member Name="CurrentMth" Value="1"/><Member Name="CurrentQuart" Value="2"/><Member Name="CurrentYear" Value="3"/><Member Name="CurrentWeek" Value="4"/><Member Name="Cod" Value="5"/><Member Name="CutOffDate" Value="6"/></EnumType>
<EnumType Name="VendorPartyType"><Member Name="Person" Value="0"/><Member Name="Organization" Value="1"/></EnumType>
<EnumType Name="PersonMaritalStatus"><Member Name="Single" Value="0"/><Member Name="Married" Value="1"/><Member Name="Divorced" Value="2"/><Member Name="Widowhood" Value="3"/><Member Name="None" Value="4"/></EnumType>
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
  <Property Name="ModifiedDateTime" Type="Edm.DateTimeOffset"/>
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
<EntityType Name="Currency"><Key><PropertyRef Name="CurrencyCode"/></Key>
  <Property Name="CurrencyCode" Type="Edm.String" Nullable="false"/>
  <Property Name="Name" Type="Edm.String"/>
  <Property Name="Symbol" Type="Edm.String"/>
</EntityType>
<EntityType Name="PaymentTerm"><Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="Name"/></Key>
  <Property Name="dataAreaId" Type="Edm.String" Nullable="false"/>
  <Property Name="Name" Type="Edm.String" Nullable="false"/>
  <Property Name="IsCashPayment" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="CreditCardCreditCheckType" Type="Microsoft.Dynamics.DataEntities.CreditCardCreditCheckType"/>
  <Property Name="CreditCardPaymentType" Type="Microsoft.Dynamics.DataEntities.CreditCardPaymentType"/>
  <Property Name="CutoffDayOfMonth" Type="Edm.String"/>
  <Property Name="IsDefaultPaymentTerm" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="Description" Type="Edm.String"/>
  <Property Name="NumberOfDays" Type="Edm.Int32" Nullable="false"/>
  <Property Name="NumberOfMonths" Type="Edm.Int32" Nullable="false"/>
  <Property Name="PaymentDayName" Type="Edm.String"/>
  <Property Name="PaymentMethodType" Type="Microsoft.Dynamics.DataEntities.PaymentMethodType"/>
  <Property Name="PaymentScheduleName" Type="Edm.String"/>
  <Property Name="IsCertifiedCompanyCheck" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
</EntityType>
<EntityType Name="VendorV2"><Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="VendorAccountNumber"/></Key>
  <Property Name="dataAreaId" Type="Edm.String" Nullable="false"/>
  <Property Name="VendorAccountNumber" Type="Edm.String" Nullable="false"/>
  <Property Name="DefaultPaymentTermsName" Type="Edm.String"/>
  <Property Name="HasOnlyTakenBids" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="OnHoldStatus" Type="Microsoft.Dynamics.DataEntities.CustOnHoldStatus"/>
  <Property Name="VendorHoldReleaseDate" Type="Edm.DateTimeOffset" Nullable="false"><Annotation Term="Microsoft.Dynamics.OData.Core.V1.AXType" String="Date"/></Property>
  <Property Name="PrimaryContactPersonId" Type="Edm.String"/>
  <Property Name="CreditLimit" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="CreditRating" Type="Edm.String"/>
  <Property Name="CurrencyCode" Type="Edm.String"/>
  <Property Name="IsOwnerDisabled" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="EthnicOriginId" Type="Edm.String"/>
  <Property Name="IsWomanOwner" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="IsForeignEntity" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="IsVendorLocatedInHUBZone" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="ArePricesIncludingSalesTax" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="InvoiceVendorAccountNumber" Type="Edm.String"/>
  <Property Name="IsVendorLocallyOwned" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="IsMinorityOwned" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="IsOneTimeVendor" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="DefaultPaymentDayName" Type="Edm.String"/>
  <Property Name="PaymentId" Type="Edm.String"/>
  <Property Name="DefaultVendorPaymentMethodName" Type="Edm.String"/>
  <Property Name="DefaultPaymentScheduleName" Type="Edm.String"/>
  <Property Name="SalesTaxGroupCode" Type="Edm.String"/>
  <Property Name="VendorGroupId" Type="Edm.String"/>
  <Property Name="IsServiceVeteranOwned" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
  <Property Name="OurAccountNumber" Type="Edm.String"/>
  <Property Name="AddressDescription" Type="Edm.String"/>
  <Property Name="AddressCity" Type="Edm.String"/>
  <Property Name="AddressCountryRegionId" Type="Edm.String"/>
  <Property Name="AddressCountyId" Type="Edm.String"/>
  <Property Name="AddressDistrictName" Type="Edm.String"/>
  <Property Name="AddressLatitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="AddressLocationId" Type="Edm.String"/>
  <Property Name="AddressLongitude" Type="Edm.Decimal" Scale="Variable" Nullable="false"/>
  <Property Name="AddressStateId" Type="Edm.String"/>
  <Property Name="AddressStreet" Type="Edm.String"/>
  <Property Name="AddressBuildingCompliment" Type="Edm.String"/>
  <Property Name="AddressStreetNumber" Type="Edm.String"/>
  <Property Name="AddressZipCode" Type="Edm.String"/>
  <Property Name="AddressCountryRegionISOCode" Type="Edm.String"/>
  <Property Name="AddressPostBox" Type="Edm.String"/>
  <Property Name="FormattedPrimaryAddress" Type="Edm.String"/>
  <Property Name="VendorKnownAsName" Type="Edm.String"/>
  <Property Name="LanguageId" Type="Edm.String"/>
  <Property Name="VendorOrganizationName" Type="Edm.String"/>
  <Property Name="OrganizationNumber" Type="Edm.String"/>
  <Property Name="OrganizationEmployeeAmount" Type="Edm.Int32" Nullable="false"/>
  <Property Name="OrganizationPhoneticName" Type="Edm.String"/>
  <Property Name="VendorPartyNumber" Type="Edm.String"/>
  <Property Name="VendorPartyType" Type="Microsoft.Dynamics.DataEntities.VendorPartyType"/>
  <Property Name="PersonAnniversaryDay" Type="Edm.String"/>
  <Property Name="PersonAnniversaryMonth" Type="Edm.String"/>
  <Property Name="PersonAnniversaryYear" Type="Edm.Int32" Nullable="false"/>
  <Property Name="PersonBirthDay" Type="Edm.String"/>
  <Property Name="PersonBirthMonth" Type="Edm.String"/>
  <Property Name="PersonBirthYear" Type="Edm.Int32" Nullable="false"/>
  <Property Name="PersonChildrenNames" Type="Edm.String"/>
  <Property Name="PersonGender" Type="Edm.String"/>
  <Property Name="PersonHobbies" Type="Edm.String"/>
  <Property Name="PersonFirstName" Type="Edm.String"/>
  <Property Name="PersonMiddleName" Type="Edm.String"/>
  <Property Name="PersonLastNamePrefix" Type="Edm.String"/>
  <Property Name="PersonLastName" Type="Edm.String"/>
  <Property Name="PersonInitials" Type="Edm.String"/>
  <Property Name="PersonMaritalStatus" Type="Microsoft.Dynamics.DataEntities.PersonMaritalStatus"/>
  <Property Name="PersonPhoneticFirstName" Type="Edm.String"/>
  <Property Name="PersonPhoneticLastName" Type="Edm.String"/>
  <Property Name="PersonPhoneticMiddleName" Type="Edm.String"/>
  <Property Name="PersonProfessionalSuffix" Type="Edm.String"/>
  <Property Name="PersonProfessionalTitle" Type="Edm.String"/>
  <Property Name="PrimaryEmailAddress" Type="Edm.String"/>
  <Property Name="PrimaryEmailAddressDescription" Type="Edm.String"/>
  <Property Name="PrimaryFaxNumber" Type="Edm.String"/>
  <Property Name="PrimaryFaxNumberDescription" Type="Edm.String"/>
  <Property Name="PrimaryFaxNumberExtension" Type="Edm.String"/>
  <Property Name="PrimaryPhoneNumber" Type="Edm.String"/>
  <Property Name="PrimaryPhoneNumberDescription" Type="Edm.String"/>
  <Property Name="PrimaryTelex" Type="Edm.String"/>
  <Property Name="PrimaryTelexDescription" Type="Edm.String"/>
  <Property Name="PrimaryURL" Type="Edm.String"/>
  <Property Name="PrimaryURLDescription" Type="Edm.String"/>
  <Property Name="PrimaryFacebook" Type="Edm.String"/>
  <Property Name="PrimaryFacebookDescription" Type="Edm.String"/>
  <Property Name="PrimaryLinkedIn" Type="Edm.String"/>
  <Property Name="PrimaryLinkedInDescription" Type="Edm.String"/>
  <Property Name="PrimaryTwitter" Type="Edm.String"/>
  <Property Name="PrimaryTwitterDescription" Type="Edm.String"/>
  <Property Name="PrimaryPhoneNumberExtension" Type="Edm.String"/>
  <Property Name="DUNSNumber" Type="Edm.String"/>
</EntityType>
<EntityContainer Name="Resources">
<EntitySet Name="LegalEntities" EntityType="Microsoft.Dynamics.DataEntities.LegalEntity"/>
<EntitySet Name="CustomerGroups" EntityType="Microsoft.Dynamics.DataEntities.CustomerGroup"/>
<EntitySet Name="CustomersV3" EntityType="Microsoft.Dynamics.DataEntities.CustomerV3"/>
<EntitySet Name="Currencies" EntityType="Microsoft.Dynamics.DataEntities.Currency"/>
<EntitySet Name="PaymentTerms" EntityType="Microsoft.Dynamics.DataEntities.PaymentTerm"/>
<EntitySet Name="VendorsV2" EntityType="Microsoft.Dynamics.DataEntities.VendorV2"/>
</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>
`;
