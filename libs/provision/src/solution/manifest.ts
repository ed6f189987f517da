import { element, textElements, type XmlElement } from '../xml';
import { XSI } from './customizations';
import { LANGUAGE, localized } from './localized';
import type { SolutionTable } from './plan-solution';
import { VERSION } from './version';

const TABLE_COMPONENT = '1';
/** With all that belongs to the table. */
const WHOLE = '0';
/** With the table's own settings, and of its parts only those that are in the file. */
const IN_PART = '1';
const UNMANAGED = 0;
/** Of what `dw provision` makes by calls, keys have this prefix, too; tables and columns have those of the published maps. */
const PREFIX = 'dw';
/** Values of choices that somebody adds to the solution later begin with it; those of the maps are given. */
const OPTION_VALUE_PREFIX = 48_521;
const ADDRESS_COUNT = 2;
const ADDRESS_PARTS = [
  'City',
  'County',
  'Country',
  'Fax',
  'FreightTermsCode',
  'ImportSequenceNumber',
  'Latitude',
  'Line1',
  'Line2',
  'Line3',
  'Longitude',
  'Name',
  'PostalCode',
  'PostOfficeBox',
  'PrimaryContactName',
  'ShippingMethodCode',
  'StateOrProvince',
  'Telephone1',
  'Telephone2',
  'Telephone3',
  'TimeZoneRuleVersionNumber',
  'UPSZone',
  'UTCOffset',
  'UTCConversionTimeZoneCode',
];

/** `solution.xml`: what the solution is, who publishes it, and which tables are in it. */
export function manifest(tables: readonly SolutionTable[]): XmlElement {
  return element(
    'ImportExportXml',
    [
      element('SolutionManifest', [
        element('UniqueName', 'Dualwrite'),
        localized('LocalizedNames', 'LocalizedName', 'Dualwrite'),
        localized('Descriptions', 'Description', 'Tables, columns and keys that the maps of Dualwrite need'),
        ...textElements({ Version: VERSION, Managed: UNMANAGED }),
        publisher(),
        element(
          'RootComponents',
          tables.map(({ table, made }) =>
            element('RootComponent', [], {
              type: TABLE_COMPONENT,
              schemaName: table,
              behavior: made === null ? IN_PART : WHOLE,
            }),
          ),
        ),
        element('MissingDependencies'),
      ]),
    ],
    {
      version: '9.2.0.0',
      SolutionPackageVersion: '9.2',
      languagecode: LANGUAGE,
      generatedBy: 'CrmLive',
      ...XSI,
    },
  );
}

function publisher(): XmlElement {
  return element('Publisher', [
    element('UniqueName', 'Dualwrite'),
    localized('LocalizedNames', 'LocalizedName', 'Dualwrite'),
    element('Descriptions'),
    empty('EMailAddress'),
    empty('SupportingWebsiteUrl'),
    ...textElements({ CustomizationPrefix: PREFIX, CustomizationOptionValuePrefix: OPTION_VALUE_PREFIX }),
    // An exported publisher has always two, filled in or not.
    element(
      'Addresses',
      Array.from({ length: ADDRESS_COUNT }, (_, index) => address(index + 1)),
    ),
  ]);
}

function address(number: number): XmlElement {
  return element('Address', [
    ...textElements({ AddressNumber: number, AddressTypeCode: 1 }),
    ...ADDRESS_PARTS.map((name) => (name === 'ShippingMethodCode' ? element(name, '1') : empty(name))),
  ]);
}

function empty(name: string): XmlElement {
  return element(name, [], { 'xsi:nil': 'true' });
}
