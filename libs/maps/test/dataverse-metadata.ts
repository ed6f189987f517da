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
  <Property Name="statecode" Type="Edm.Int32"/>
  <Property Name="statuscode" Type="Edm.Int32"/>
  <Property Name="modifiedon" Type="Edm.DateTimeOffset"/>
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
  <Property Name="address1_addresstypecode" Type="Edm.Int32"/>
  <Property Name="address1_city" Type="Edm.String" MaxLength="80"/>
  <Property Name="address1_country" Type="Edm.String" MaxLength="80"/>
  <Property Name="address1_county" Type="Edm.String" MaxLength="50"/>
  <Property Name="address1_latitude" Type="Edm.Double"/>
  <Property Name="address1_line1" Type="Edm.String" MaxLength="250"/>
  <Property Name="address1_longitude" Type="Edm.Double"/>
  <Property Name="address1_postalcode" Type="Edm.String" MaxLength="20"/>
  <Property Name="address1_postofficebox" Type="Edm.String" MaxLength="20"/>
  <Property Name="address1_stateorprovince" Type="Edm.String" MaxLength="50"/>
  <Property Name="address2_city" Type="Edm.String" MaxLength="80"/>
  <Property Name="address2_country" Type="Edm.String" MaxLength="80"/>
  <Property Name="address2_county" Type="Edm.String" MaxLength="50"/>
  <Property Name="address2_latitude" Type="Edm.Double"/>
  <Property Name="address2_line1" Type="Edm.String" MaxLength="250"/>
  <Property Name="address2_longitude" Type="Edm.Double"/>
  <Property Name="address2_postalcode" Type="Edm.String" MaxLength="20"/>
  <Property Name="address2_stateorprovince" Type="Edm.String" MaxLength="50"/>
  <Property Name="address3_city" Type="Edm.String" MaxLength="80"/>
  <Property Name="address3_country" Type="Edm.String" MaxLength="80"/>
  <Property Name="address3_county" Type="Edm.String" MaxLength="50"/>
  <Property Name="address3_latitude" Type="Edm.Double"/>
  <Property Name="address3_line1" Type="Edm.String" MaxLength="250"/>
  <Property Name="address3_longitude" Type="Edm.Double"/>
  <Property Name="address3_postalcode" Type="Edm.String" MaxLength="20"/>
  <Property Name="address3_stateorprovince" Type="Edm.String" MaxLength="50"/>
  <Property Name="description" Type="Edm.String" MaxLength="2000"/>
  <Property Name="emailaddress1" Type="Edm.String" MaxLength="100"/>
  <Property Name="familystatuscode" Type="Edm.Int32"/>
  <Property Name="fax" Type="Edm.String" MaxLength="50"/>
  <Property Name="firstname" Type="Edm.String" MaxLength="50"/>
  <Property Name="gendercode" Type="Edm.Int32"/>
  <Property Name="jobtitle" Type="Edm.String" MaxLength="100"/>
  <Property Name="lastname" Type="Edm.String" MaxLength="50"/>
  <Property Name="middlename" Type="Edm.String" MaxLength="50"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <Property Name="msdyn_contactpersonid" Type="Edm.String"/>
  <Property Name="_msdyn_customergroupid_value" Type="Edm.Guid"/>
  <Property Name="msdyn_emailaddress1description" Type="Edm.String"/>
  <Property Name="msdyn_faxdescription" Type="Edm.String"/>
  <Property Name="msdyn_faxextension" Type="Edm.String"/>
  <Property Name="msdyn_identificationnumber" Type="Edm.String"/>
  <Property Name="msdyn_partycountry" Type="Edm.String"/>
  <Property Name="msdyn_partynumber" Type="Edm.String"/>
  <Property Name="msdyn_partystateprovince" Type="Edm.String"/>
  <Property Name="msdyn_primaryfacebookdescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryfacebookid" Type="Edm.String"/>
  <Property Name="msdyn_primaryinkedinid" Type="Edm.String"/>
  <Property Name="msdyn_primarylinkedindescrption" Type="Edm.String"/>
  <Property Name="msdyn_primarytwitterid" Type="Edm.String"/>
  <Property Name="msdyn_primarytwitteriddescription" Type="Edm.String"/>
  <Property Name="msdyn_sellable" Type="Edm.Boolean"/>
  <Property Name="msdyn_telephone1description" Type="Edm.String"/>
  <Property Name="msdyn_telephone1extension" Type="Edm.String"/>
  <Property Name="msdyn_websiteurldescription" Type="Edm.String"/>
  <Property Name="_parentcustomerid_value" Type="Edm.Guid"/>
  <Property Name="telephone1" Type="Edm.String" MaxLength="50"/>
  <Property Name="_transactioncurrencyid_value" Type="Edm.Guid"/>
  <Property Name="websiteurl" Type="Edm.String" MaxLength="200"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_CustomerGroupId" Type="mscrm.msdyn_customergroup"><ReferentialConstraint Property="_msdyn_customergroupid_value" ReferencedProperty="msdyn_customergroupid"/></NavigationProperty>
  <NavigationProperty Name="parentcustomerid_account" Type="mscrm.account"><ReferentialConstraint Property="_parentcustomerid_value" ReferencedProperty="accountid"/></NavigationProperty>
  <NavigationProperty Name="parentcustomerid_contact" Type="mscrm.contact"><ReferentialConstraint Property="_parentcustomerid_value" ReferencedProperty="contactid"/></NavigationProperty>
  <NavigationProperty Name="transactioncurrencyid" Type="mscrm.transactioncurrency"><ReferentialConstraint Property="_transactioncurrencyid_value" ReferencedProperty="transactioncurrencyid"/></NavigationProperty>
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
  <Property Name="msdyn_creditcardcreditchecktype" Type="Edm.Int32"/>
  <Property Name="msdyn_creditcardpaymenttype" Type="Edm.Int32"/>
  <Property Name="msdyn_cutoffdayofmonth" Type="Edm.String"/>
  <Property Name="msdyn_days" Type="Edm.Int32"/>
  <Property Name="msdyn_description" Type="Edm.String"/>
  <Property Name="msdyn_iscashpayment" Type="Edm.Boolean"/>
  <Property Name="msdyn_iscertifiedcompanycheck" Type="Edm.Boolean"/>
  <Property Name="msdyn_isdefaultpaymentterm" Type="Edm.Boolean"/>
  <Property Name="msdyn_numberofmonth" Type="Edm.Int32"/>
  <Property Name="_msdyn_paymentdayname_value" Type="Edm.Guid"/>
  <Property Name="msdyn_paymentmethodtype" Type="Edm.Int32"/>
  <Property Name="_msdyn_paymentschedulename_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_PaymentDayName" Type="mscrm.msdyn_paymentday"><ReferentialConstraint Property="_msdyn_paymentdayname_value" ReferencedProperty="msdyn_paymentdayid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_PaymentScheduleName" Type="mscrm.msdyn_paymentschedule"><ReferentialConstraint Property="_msdyn_paymentschedulename_value" ReferencedProperty="msdyn_paymentscheduleid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_vendor" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_vendorid"/></Key>
  <Property Name="msdyn_vendorid" Type="Edm.Guid"/>
  <Property Name="msdyn_name" Type="Edm.String"/>
  <Property Name="msdyn_addressbuildingcompliment" Type="Edm.String"/>
  <Property Name="msdyn_addresscity" Type="Edm.String"/>
  <Property Name="msdyn_addresscountryregionid" Type="Edm.String"/>
  <Property Name="msdyn_addresscountryregionisocode" Type="Edm.String"/>
  <Property Name="msdyn_addresscountyid" Type="Edm.String"/>
  <Property Name="msdyn_addressdescription" Type="Edm.String"/>
  <Property Name="msdyn_addressdistrictname" Type="Edm.String"/>
  <Property Name="msdyn_addresslatitude" Type="Edm.Decimal" Scale="10"/>
  <Property Name="msdyn_addresslocationid" Type="Edm.String"/>
  <Property Name="msdyn_addresslongitude" Type="Edm.Decimal" Scale="10"/>
  <Property Name="msdyn_addresspostbox" Type="Edm.String"/>
  <Property Name="msdyn_addressstateid" Type="Edm.String"/>
  <Property Name="msdyn_addressstreet" Type="Edm.String"/>
  <Property Name="msdyn_addressstreetnumber" Type="Edm.String"/>
  <Property Name="msdyn_addresszipcode" Type="Edm.String"/>
  <Property Name="msdyn_anniversaryyear" Type="Edm.Int32"/>
  <Property Name="msdyn_birthday" Type="Edm.String"/>
  <Property Name="msdyn_birthyear" Type="Edm.Int32"/>
  <Property Name="msdyn_childrennames" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <Property Name="msdyn_creditrating" Type="Edm.String"/>
  <Property Name="_msdyn_currencycode_value" Type="Edm.Guid"/>
  <Property Name="_msdyn_defaultpaymentdayname_value" Type="Edm.Guid"/>
  <Property Name="msdyn_dunsnumber" Type="Edm.String"/>
  <Property Name="msdyn_ethnicorigin" Type="Edm.String"/>
  <Property Name="msdyn_firstname" Type="Edm.String"/>
  <Property Name="msdyn_formattedprimaryaddress" Type="Edm.String"/>
  <Property Name="msdyn_gender" Type="Edm.Int32"/>
  <Property Name="msdyn_hasonlytakenbids" Type="Edm.Boolean"/>
  <Property Name="msdyn_hobbies" Type="Edm.String"/>
  <Property Name="msdyn_initials" Type="Edm.String"/>
  <Property Name="_msdyn_invoicevendoraccountnumber_value" Type="Edm.Guid"/>
  <Property Name="msdyn_isforeignentity" Type="Edm.Boolean"/>
  <Property Name="msdyn_isminorityowned" Type="Edm.Boolean"/>
  <Property Name="msdyn_isonetimevendor" Type="Edm.Boolean"/>
  <Property Name="msdyn_isperson" Type="Edm.Boolean"/>
  <Property Name="msdyn_isserviceveteranowned" Type="Edm.Boolean"/>
  <Property Name="msdyn_isvendorlocallyowned" Type="Edm.Boolean"/>
  <Property Name="msdyn_isvendorlocatedinhubzone" Type="Edm.Boolean"/>
  <Property Name="msdyn_language" Type="Edm.Int32"/>
  <Property Name="msdyn_lastname" Type="Edm.String"/>
  <Property Name="msdyn_lastnameprefix" Type="Edm.String"/>
  <Property Name="msdyn_maritalstatus" Type="Edm.Int32"/>
  <Property Name="msdyn_middlename" Type="Edm.String"/>
  <Property Name="msdyn_numberofemployees" Type="Edm.Int32"/>
  <Property Name="msdyn_onholdstatus" Type="Edm.Int32"/>
  <Property Name="msdyn_organizationnumber" Type="Edm.String"/>
  <Property Name="msdyn_organizationphoneticname" Type="Edm.String"/>
  <Property Name="msdyn_ourvendoraccountnumber" Type="Edm.String"/>
  <Property Name="msdyn_ownerisdisabled" Type="Edm.Boolean"/>
  <Property Name="msdyn_paymentid" Type="Edm.String"/>
  <Property Name="_msdyn_paymentschedule_value" Type="Edm.Guid"/>
  <Property Name="_msdyn_paymentterms_value" Type="Edm.Guid"/>
  <Property Name="msdyn_personanniversaryday" Type="Edm.String"/>
  <Property Name="msdyn_phoneticfirstname" Type="Edm.String"/>
  <Property Name="msdyn_phoneticlastname" Type="Edm.String"/>
  <Property Name="msdyn_phoneticmiddlename" Type="Edm.String"/>
  <Property Name="msdyn_pimaryphonenumber" Type="Edm.String"/>
  <Property Name="msdyn_priceincludessalestax" Type="Edm.Boolean"/>
  <Property Name="msdyn_primarycontacturl" Type="Edm.String"/>
  <Property Name="msdyn_primaryemailaddress" Type="Edm.String"/>
  <Property Name="msdyn_primaryemailaddressdescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryfacebook" Type="Edm.String"/>
  <Property Name="msdyn_primaryfacebookdescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryfaxnumber" Type="Edm.String"/>
  <Property Name="msdyn_primaryfaxnumberdescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryfaxnumberextension" Type="Edm.String"/>
  <Property Name="msdyn_primarylinkedin" Type="Edm.String"/>
  <Property Name="msdyn_primarylinkedindescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryphonenumberdescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryphonenumberextension" Type="Edm.String"/>
  <Property Name="msdyn_primarytelex" Type="Edm.String"/>
  <Property Name="msdyn_primarytelexdescription" Type="Edm.String"/>
  <Property Name="msdyn_primarytwitter" Type="Edm.String"/>
  <Property Name="msdyn_primarytwitterdescription" Type="Edm.String"/>
  <Property Name="msdyn_primaryurldescription" Type="Edm.String"/>
  <Property Name="msdyn_professionalsuffix" Type="Edm.String"/>
  <Property Name="msdyn_professionatitle" Type="Edm.String"/>
  <Property Name="_msdyn_taxgroup_value" Type="Edm.Guid"/>
  <Property Name="msdyn_vendoraccountnumber" Type="Edm.String"/>
  <Property Name="msdyn_vendorcreditlimit" Type="Edm.Decimal" Scale="10"/>
  <Property Name="_msdyn_vendorgroupid_value" Type="Edm.Guid"/>
  <Property Name="msdyn_vendorknownasname" Type="Edm.String"/>
  <Property Name="msdyn_vendoronholdreleasedate" Type="Edm.Date"/>
  <Property Name="msdyn_vendorpartynumber" Type="Edm.String"/>
  <Property Name="_msdyn_vendorpaymentmethod_value" Type="Edm.Guid"/>
  <Property Name="msdyn_vendorpersonanniversarymonth" Type="Edm.String"/>
  <Property Name="msdyn_vendorpersonbirthmonth" Type="Edm.String"/>
  <Property Name="_msdyn_vendorprimarycontactperson_value" Type="Edm.Guid"/>
  <Property Name="msdyn_womanowner" Type="Edm.Boolean"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_CurrencyCode" Type="mscrm.transactioncurrency"><ReferentialConstraint Property="_msdyn_currencycode_value" ReferencedProperty="transactioncurrencyid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_DefaultPaymentDayName" Type="mscrm.msdyn_paymentday"><ReferentialConstraint Property="_msdyn_defaultpaymentdayname_value" ReferencedProperty="msdyn_paymentdayid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_InvoiceVendorAccountNumber" Type="mscrm.msdyn_vendor"><ReferentialConstraint Property="_msdyn_invoicevendoraccountnumber_value" ReferencedProperty="msdyn_vendorid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_PaymentSchedule" Type="mscrm.msdyn_paymentschedule"><ReferentialConstraint Property="_msdyn_paymentschedule_value" ReferencedProperty="msdyn_paymentscheduleid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_PaymentTerms" Type="mscrm.msdyn_paymentterm"><ReferentialConstraint Property="_msdyn_paymentterms_value" ReferencedProperty="msdyn_paymenttermid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_TaxGroup" Type="mscrm.msdyn_taxgroup"><ReferentialConstraint Property="_msdyn_taxgroup_value" ReferencedProperty="msdyn_taxgroupid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_VendorGroupId" Type="mscrm.msdyn_vendorgroup"><ReferentialConstraint Property="_msdyn_vendorgroupid_value" ReferencedProperty="msdyn_vendorgroupid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_VendorPaymentMethod" Type="mscrm.msdyn_vendorpaymentmethod"><ReferentialConstraint Property="_msdyn_vendorpaymentmethod_value" ReferencedProperty="msdyn_vendorpaymentmethodid"/></NavigationProperty>
  <NavigationProperty Name="msdyn_VendorPrimaryContactPerson" Type="mscrm.contact"><ReferentialConstraint Property="_msdyn_vendorprimarycontactperson_value" ReferencedProperty="contactid"/></NavigationProperty>
</EntityType>
<EntityType Name="transactioncurrency" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="transactioncurrencyid"/></Key>
  <Property Name="transactioncurrencyid" Type="Edm.Guid"/>
  <Property Name="currencyname" Type="Edm.String" MaxLength="100"/>
  <Property Name="currencysymbol" Type="Edm.String" MaxLength="10"/>
  <Property Name="exchangerate" Type="Edm.Decimal" Scale="10"/>
  <Property Name="isocurrencycode" Type="Edm.String" MaxLength="5"/>
</EntityType>
<EntityType Name="msdyn_vendorgroup" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_vendorgroupid"/></Key>
  <Property Name="msdyn_vendorgroupid" Type="Edm.Guid"/>
  <Property Name="msdyn_vendorgroup" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_vendorpaymentmethod" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_vendorpaymentmethodid"/></Key>
  <Property Name="msdyn_vendorpaymentmethodid" Type="Edm.Guid"/>
  <Property Name="msdyn_name" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
</EntityType>
<EntityType Name="msdyn_taxgroup" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="msdyn_taxgroupid"/></Key>
  <Property Name="msdyn_taxgroupid" Type="Edm.Guid"/>
  <Property Name="msdyn_name" Type="Edm.String"/>
  <Property Name="_msdyn_company_value" Type="Edm.Guid"/>
  <NavigationProperty Name="msdyn_Company" Type="mscrm.cdm_company"><ReferentialConstraint Property="_msdyn_company_value" ReferencedProperty="cdm_companyid"/></NavigationProperty>
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
<EntitySet Name="msdyn_vendorgroups" EntityType="Microsoft.Dynamics.CRM.msdyn_vendorgroup"/>
<EntitySet Name="msdyn_vendorpaymentmethods" EntityType="Microsoft.Dynamics.CRM.msdyn_vendorpaymentmethod"/>
<EntitySet Name="msdyn_taxgroups" EntityType="Microsoft.Dynamics.CRM.msdyn_taxgroup"/>
</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>
`;
