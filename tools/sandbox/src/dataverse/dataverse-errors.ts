import type { DataverseTable } from '../edm/dataverse-table';
import { quote } from '../json/exact-json';
import { Refusal, type Answer } from '../odata/exchange';

export const JSON_HEADERS = {
  'Content-Type': 'application/json; odata.metadata=minimal',
  'OData-Version': '4.0',
};

export function errorAnswer(status: number, code: string, message: string, extra = ''): Answer {
  return {
    status,
    headers: JSON_HEADERS,
    body: `{"error":{"code":${quote(code)},"message":${quote(message)}${extra}}}`,
  };
}

export function refuse(status: number, code: string, message: string, extra = ''): never {
  throw new Refusal(errorAnswer(status, code, message, extra));
}

export const badUrl = (message: string): never => refuse(400, '0x80060888', message);

export const notFoundById = (table: DataverseTable, id: string): never =>
  refuse(404, '0x80040217', `${table.name} With Id = ${id} Does Not Exist`);

export const notFoundByKey = (table: DataverseTable): never =>
  refuse(404, '0x80060891', `A record with the specified key values does not exist in ${table.name} entity`);

export const versionMismatch = (code: string): never =>
  refuse(412, code, "The version of the existing record doesn't match the RowVersion property provided.");

export const alreadyThere = (): never =>
  refuse(412, '0x80040237', 'A record with matching key values already exists.');

export const duplicateId = (): never => refuse(412, '0x80040237', 'Cannot insert duplicate key.');

/** The words around what the payload reader says. */
export function badPayload(table: DataverseTable, message: string): never {
  return refuse(
    400,
    '0x80048d19',
    `Error identified in Payload provided by the user for Entity :'${table.set}', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : Microsoft.OData.ODataException: ${message}`,
  );
}

export const notServed = (what: string): never =>
  refuse(501, '0x80040203', `The sandbox does not serve ${what}.`);
