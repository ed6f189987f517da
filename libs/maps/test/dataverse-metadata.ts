/** `$metadata` of Dataverse as far as the standard maps name it. */
export const DATAVERSE_METADATA = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="crmbaseentity" Abstract="true"/>
<EntityType Name="account" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="accountid"/></Key>
  <Property Name="accountid" Type="Edm.Guid"/>
  <Property Name="name" Type="Edm.String" MaxLength="160"/>
  <Property Name="accountnumber" Type="Edm.String" MaxLength="20"/>
  <Property Name="address1_addresstypecode" Type="Edm.Int32"/>
  <Property Name="address1_city" Type="Edm.String" MaxLength="80"/>
  <Property Name="address1_country" Type="Edm.String" MaxLength="80"/>
  <Property Name="address1_county" Type="Edm.String" MaxLength="50"/>
  <Property Name="address1_latitude" Type="Edm.Double"/>
  <Property Name="address1_line1" Type="Edm.String" MaxLength="250"/>
  <Property Name="address1_longitude" Type="Edm.Double"/>
  <Property Name="address1_postalcode" Type="Edm.String" MaxLength="20"/>
  <Property Name="address1_stateorprovince" Type="Edm.String" MaxLength="50"/>
  <Property Name="address2_city" Type="Edm.String" MaxLength="80"/>
  <Property Name="address2_country" Type="Edm.String" MaxLength="80"/>
  <Property Name="address2_county" Type="Edm.String" MaxLength="50"/>
  <Property Name="address2_latitude" Type="Edm.Double"/>
  <Property Name="address2_line1" Type="Edm.String" MaxLength="250"/>
  <Property Name="address2_longitude" Type="Edm.Double"/>
  <Property Name="address2_postalcode" Type="Edm.String" MaxLength="20"/>
  <Property Name="address2_stateorprovince" Type="Edm.String" MaxLength="50"/>
  <Property Name="creditlimit" Type="Edm.Decimal" Scale="4"/>
  <Property Name="customertypecode" Type="Edm.Int32"/>
  <Property Name="description" Type="Edm.String" MaxLength="2000"/>
  <Property Name="emailaddress1" Type="Edm.String" MaxLength="100"/>
  <Property Name="fax" Type="Edm.String" MaxLength="50"/>
  <Property Name="_msdyn_billingaccount_value" Type="Edm.Guid"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <Property Name="msdyn_creditlimitismandatory" Type="Edm.Boolean"/>
  <Property Name="msdyn_creditrating" Type="Edm.String"/>
  <Property Name="_msdyn_customergroupid_value" Type="Edm.Guid"/>
  <Property Name="_msdyn_customerpaymentmethod_value" Type="Edm.Guid"/>
  <Property Name="msdyn_emailaddress1description" Type="Edm.String"/>
  <Property Name="msdyn_faxdescription" Type="Edm.String"/>
  <Property Name="msdyn_faxextension" Type="Edm.String"/>
  <Property Name="msdyn_identificationnumber" Type="Edm.String"/>
  <Property Name="msdyn_invoiceaddress" Type="Edm.Int32"/>
  <Property Name="msdyn_onetimecustomer" Type="Edm.Boolean"/>
  <Property Name="msdyn_onholdstatus" Type="Edm.Int32"/>
  <Property Name="msdyn_partycountry" Type="Edm.String"/>
  <Property Name="msdyn_partynumber" Type="Edm.String"/>
  <Property Name="msdyn_partystateprovince" Type="Edm.String"/>
  <Property Name="_msdyn_paymentday_value" Type="Edm.Guid"/>
  <Property Name="_msdyn_paymentschedule_value" Type="Edm.Guid"/>
  <Property Name="_msdyn_paymentterm_value" Type="Edm.Guid"/>
  <Property Name="msdyn_paymenttermsbasedays" Type="Edm.Int32"/>
  <Property Name="msdyn_primaryfacebookdescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryfacebookid" Type="Edm.String"/>
  <Property Name="msdyn_primarylinkedindescrption" Type="Edm.String"/>
  <Property Name="msdyn_primarylinkedinid" Type="Edm.String"/>
  <Property Name="msdyn_primarytwitteriddescription" Type="Edm.String"/>
  <Property Name="msdyn_taxexemptnumber" Type="Edm.String"/>
  <Property Name="msdyn_telephone1description" Type="Edm.String"/>
  <Property Name="msdyn_telephone1extension" Type="Edm.String"/>
  <Property Name="_msdyn_vendor_value" Type="Edm.Guid"/>
  <Property Name="msdyn_websiteurldescription" Type="Edm.String"/>
  <Property Name="numberofemployees" Type="Edm.Int32"/>
  <Property Name="_primarycontactid_value" Type="Edm.Guid"/>
  <Property Name="primarytwitterid" Type="Edm.String" MaxLength="128"/>
  <Property Name="telephone1" Type="Edm.String" MaxLength="50"/>
  <Property Name="_transactioncurrencyid_value" Type="Edm.Guid"/>
  <Property Name="websiteurl" Type="Edm.String" MaxLength="200"/>
  <NavigationProperty Name="msdyn_billingaccount" Type="mscrm.account"><ReferentialConstraint Property="_msdyn_billingaccount_value" ReferencedProperty="accountid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_customergroupid" Type="mscrm.msdyn_customergroup"><ReferentialConstraint Property="_msdyn_customergroupid_value" ReferencedProperty="msdyn_customergroupid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_customerpaymentmethod" Type="mscrm.msdyn_customerpaymentmethod"><ReferentialConstraint Property="_msdyn_customerpaymentmethod_value" ReferencedProperty="msdyn_customerpaymentmethodid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_paymentday" Type="mscrm.msdyn_paymentday"><ReferentialConstraint Property="_msdyn_paymentday_value" ReferencedProperty="msdyn_paymentdayid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_paymentschedule" Type="mscrm.msdyn_paymentschedule"><ReferentialConstraint Property="_msdyn_paymentschedule_value" ReferencedProperty="msdyn_paymentscheduleid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_paymentterm" Type="mscrm.msdyn_paymentterm"><ReferentialConstraint Property="_msdyn_paymentterm_value" ReferencedProperty="msdyn_paymenttermid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_vendor" Type="mscrm.msdyn_vendor"><ReferentialConstraint Property="_msdyn_vendor_value" ReferencedProperty="msdyn_vendorid"/></NavigationProperty>
  <NavigationProperty Name="primarycontactid" Type="mscrm.contact"><ReferentialConstraint Property="_primarycontactid_value" ReferencedProperty="contactid"/></NavigationProperty>
  <NavigationProperty Name="transactioncurrencyid" Type="mscrm.transactioncurrency"><ReferentialConstraint Property="_transactioncurrencyid_value" ReferencedProperty="transactioncurrencyid"/></NavigationProperty>
</EntityType>
<EntityType Name="cdm_company" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="cdm_companyid"/></Key>
  <Property Name="cdm_companyid" Type="Edm.Guid"/>
  <Property Name="cdm_name" Type="Edm.String"/>
  <Property Name="cdm_companycode" Type="Edm.String"/>
</EntityType>
<EntityType Name="contact" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="contactid"/></Key>
  <Property Name="contactid" Type="Edm.Guid"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <Property Name="msdyn_contactpersonid" Type="Edm.String"/>
  <Property Name="_parentcustomerid_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
  <NavigationProperty Name="parentcustomerid_account" Type="mscrm.account"><ReferentialConstraint Property="_parentcustomerid_value" ReferencedProperty="accountid"/></NavigationProperty>
  <NavigationProperty Name="parentcustomerid_contact" Type="mscrm.contact"><ReferentialConstraint Property="_parentcustomerid_value" ReferencedProperty="contactid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_customergroup" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_customergroupid"/></Key>
  <Property Name="msdyn_customergroupid" Type="Edm.Guid"/>
  <Property Name="msdyn_groupid" Type="Edm.String"/>
  <Property Name="_msdyn_clearingperiodpaymenttermname_value" Type="Edm.Guid"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <Property Name="msdyn_description" Type="Edm.String"/>
  <Property Name="msdyn_issalestaxincludedinprice" Type="Edm.Boolean"/>
  <Property Name="_msdyn_paymenttermid_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_clearingperiodpaymenttermname" Type="mscrm.msdyn_paymentterm"><ReferentialConstraint Property="_msdyn_clearingperiodpaymenttermname_value" ReferencedProperty="msdyn_paymenttermid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_paymenttermid" Type="mscrm.msdyn_paymentterm"><ReferentialConstraint Property="_msdyn_paymenttermid_value" ReferencedProperty="msdyn_paymenttermid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_customerpaymentmethod" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_customerpaymentmethodid"/></Key>
  <Property Name="msdyn_customerpaymentmethodid" Type="Edm.Guid"/>
  <Property Name="msdyn_name" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_paymentday" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_paymentdayid"/></Key>
  <Property Name="msdyn_paymentdayid" Type="Edm.Guid"/>
  <Property Name="msdyn_name" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_paymentschedule" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_paymentscheduleid"/></Key>
  <Property Name="msdyn_paymentscheduleid" Type="Edm.Guid"/>
  <Property Name="msdyn_name" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_paymentterm" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_paymenttermid"/></Key>
  <Property Name="msdyn_paymenttermid" Type="Edm.Guid"/>
  <Property Name="msdyn_name" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_vendor" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_vendorid"/></Key>
  <Property Name="msdyn_vendorid" Type="Edm.Guid"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <Property Name="msdyn_vendoraccountnumber" Type="Edm.String"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
</EntityType>
<EntityType Name="transactioncurrency" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="transactioncurrencyid"/></Key>
  <Property Name="transactioncurrencyid" Type="Edm.Guid"/>
  <Property Name="isocurrencycode" Type="Edm.String" MaxLength="5"/>
</EntityType>
<EntityContainer Name="System">
<EntitySet Name="accounts" EntityType="Microsoft.Dynamics.CRM.account"/>
<EntitySet Name="cdm_companies" EntityType="Microsoft.Dynamics.CRM.cdm_company"/>
<EntitySet Name="contacts" EntityType="Microsoft.Dynamics.CRM.contact"/>
<EntitySet Name="msdyn_customergroups" EntityType="Microsoft.Dynamics.CRM.msdyn_customergroup"/>
<EntitySet Name="msdyn_customerpaymentmethods" EntityType="Microsoft.Dynamics.CRM.msdyn_customerpaymentmethod"/>
<EntitySet Name="msdyn_paymentdays" EntityType="Microsoft.Dynamics.CRM.msdyn_paymentday"/>
<EntitySet Name="msdyn_paymentschedules" EntityType="Microsoft.Dynamics.CRM.msdyn_paymentschedule"/>
<EntitySet Name="msdyn_paymentterms" EntityType="Microsoft.Dynamics.CRM.msdyn_paymentterm"/>
<EntitySet Name="msdyn_vendors" EntityType="Microsoft.Dynamics.CRM.msdyn_vendor"/>
<EntitySet Name="transactioncurrencies" EntityType="Microsoft.Dynamics.CRM.transactioncurrency"/>
</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>
`;
