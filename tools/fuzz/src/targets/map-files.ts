import { parseMapFile } from '@dualwrite/maps';
import { breakText } from '../break-text';
import type { FuzzTarget } from '../target';

const EXAMPLE = `apiVersion: dualwrite.io/v1
kind: TableMap
metadata:
  name: customergroups-msdyn_customergroups
  labels: { module: accounts-receivable }
spec:
  fo: { entity: CustomerGroups, filter: "Description ne ''" }
  dataverse: { table: msdyn_customergroup }
  company: { fo: dataAreaId, dataverse: msdyn_company }
  key: [{ fo: CustomerGroupId, dataverse: msdyn_groupid }]
  policies: { conflict: fo-wins, firstMeeting: fo-wins, deleteVersusEdit: park }
  fields:
    - { fo: CustomerGroupId, dataverse: msdyn_groupid, direction: both }
    - { fo: Description, dataverse: msdyn_description, direction: both }
    - fo: IsSalesTaxIncludedInPrice
      dataverse: msdyn_issalestaxincludedinprice
      direction: both
      valueMap: { No: false, Yes: true }
    - { fo: PaymentTermId, dataverse: msdyn_paymenttermid.msdyn_name, direction: both }
`;

/** What a person hands in as a map: it says what is wrong, it never throws. */
export const mapFiles: FuzzTarget = {
  name: 'map-files',
  sample: (chance) => breakText(EXAMPLE, chance),
  run: (input) =>
    Promise.resolve(parseMapFile(String(input), 'fuzz.yaml').map === undefined ? 'refused' : 'taken'),
};
