import type { Cells, CoverageMarker, Observation, Side } from '@dualwrite/events';

export const COMPANY_ID = '11111111-1111-4111-8111-111111111111';
export const GROUP_ID = '22222222-2222-4222-8222-222222222222';

let revision = 0;

function observed(
  side: Side,
  table: string,
  nativeId: string,
  rowId: string,
  cells: Cells | null,
): Observation {
  revision += 1;
  return {
    side,
    table,
    nativeId,
    revision: { epoch: 1, n: String(revision) },
    presence: cells ? 'present' : 'absent',
    row: cells ? { id: rowId, version: `W/"${revision}"`, cells } : null,
    gone: cells ? [] : [rowId],
    origins: {},
    results: {},
    last: {},
    columnSet: 'test',
    via: 'feed',
    observedAt: '2026-01-01T00:00:00.000Z',
  };
}

/** A customer as F&O shows it. */
export function customer(
  number: string,
  cells: Cells | null = {},
  more: Partial<Observation> = {},
): Observation {
  const nativeId = `usmf|${number}`;
  const whole = cells && {
    dataAreaId: 'usmf',
    CustomerAccount: number,
    OrganizationName: `Customer ${number}`,
    CreditLimit: '1000',
    CustomerGroupId: '10',
    ...cells,
  };
  return { ...observed('fo', 'CustomersV3', nativeId, `${nativeId}#1.1`, whole), ...more };
}

/** An account as Dataverse shows it. */
export function account(
  id: string,
  number: string,
  cells: Cells | null = {},
  more: Partial<Observation> = {},
): Observation {
  const whole = cells && {
    accountid: id,
    accountnumber: number,
    name: `Customer ${number}`,
    creditlimit: '1000',
    msdyn_customergroupid: GROUP_ID,
    msdyn_company: COMPANY_ID,
    ...cells,
  };
  return { ...observed('dataverse', 'account', id, id, whole), ...more };
}

/** A customer group as F&O shows it. */
export function foGroup(groupId: string): Observation {
  const nativeId = `usmf|${groupId}`;
  return observed('fo', 'CustomerGroups', nativeId, `${nativeId}#1.1`, {
    dataAreaId: 'usmf',
    CustomerGroupId: groupId,
  });
}

export function companyRow(code = 'usmf', id = COMPANY_ID): Observation {
  return observed('dataverse', 'cdm_company', id, id, { cdm_companyid: id, cdm_companycode: code });
}

export function groupRow(groupId = '10', id = GROUP_ID): Observation {
  return observed('dataverse', 'msdyn_customergroup', id, id, {
    msdyn_customergroupid: id,
    msdyn_groupid: groupId,
    msdyn_company: COMPANY_ID,
  });
}

export function coverage(side: Side, partition: number): CoverageMarker {
  return {
    side,
    table: side === 'fo' ? 'CustomersV3' : 'account',
    company: '*',
    partition,
    epoch: 1,
    coveredAt: '2026-01-02T00:00:00.000Z',
  };
}
