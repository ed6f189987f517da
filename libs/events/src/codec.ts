import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import coverageSchema from '../schema/coverage.schema.json';
import documentWriteSchema from '../schema/document-write.schema.json';
import journalSchema from '../schema/journal.schema.json';
import mapSchema from '../schema/map.schema.json';
import observationSchema from '../schema/observation.schema.json';
import requestSchema from '../schema/request.schema.json';
import statusSchema from '../schema/status.schema.json';
import storeBeatSchema from '../schema/store-beat.schema.json';
import writeSchema from '../schema/write.schema.json';
import type { DocumentWrite } from './document-write';
import type { JournalEntry } from './journal';
import type { MapRecord } from './map-record';
import type { CoverageMarker, Observation } from './observation';
import type { ConnectorRequest } from './request';
import type { StatusRecord } from './status';
import type { StoreBeat } from './store-beat';
import type { Write } from './write';

/** Everything that travels on Kafka, by the name in the `contract` header. */
export interface Contracts {
  observation: Observation;
  coverage: CoverageMarker;
  write: Write;
  'document-write': DocumentWrite;
  request: ConnectorRequest;
  map: MapRecord;
  status: StatusRecord;
  journal: JournalEntry;
  'store-beat': StoreBeat;
}
export type ContractName = keyof Contracts;

/** Contract versions in force; a reader refuses a higher one. */
export const CONTRACTS: Readonly<Record<ContractName, number>> = {
  observation: 1,
  coverage: 1,
  write: 1,
  'document-write': 1,
  request: 1,
  map: 1,
  status: 1,
  journal: 1,
  'store-beat': 1,
};

export interface EncodedMessage {
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as any Kafka client hands it over. */
export interface IncomingMessage {
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

/** The bytes are not what the topic promises. Bad data: park it with its bytes, go on. */
export class UndecodableMessage extends Error {
  readonly code = 'undecodable-message';
}

const MESSAGE_BYTES_MAX = 1_048_576;
const ajv = new Ajv2020({
  allErrors: false,
  strict: true,
  allowUnionTypes: true,
  discriminator: true,
  strictRequired: false,
});
const validators: Readonly<Record<ContractName, ValidateFunction>> = {
  observation: ajv.compile(observationSchema),
  coverage: ajv.compile(coverageSchema),
  write: ajv.compile(writeSchema),
  'document-write': ajv.compile(documentWriteSchema),
  request: ajv.compile(requestSchema),
  map: ajv.compile(mapSchema),
  status: ajv.compile(statusSchema),
  journal: ajv.compile(journalSchema),
  'store-beat': ajv.compile(storeBeatSchema),
};

export function encodeMessage<C extends ContractName>(contract: C, message: Contracts[C]): EncodedMessage {
  return {
    value: Buffer.from(JSON.stringify(message), 'utf8'),
    headers: { contract, version: String(CONTRACTS[contract]) },
  };
}

/**
 * The one place where bytes become a contract; inside, types are trusted.
 *
 * @param allowed contracts that the topic carries
 * @throws {UndecodableMessage} not JSON, unknown contract or version, or not of the contract's JSON Schema
 */
export function decodeMessage<C extends ContractName>(
  message: IncomingMessage,
  ...allowed: readonly C[]
): { [K in C]: { contract: K; message: Contracts[K] } }[C] {
  const contract = header(message, 'contract');
  if (!isOneOf(allowed, contract)) {
    throw new UndecodableMessage(
      `header contract is ${JSON.stringify(contract)}, expected ${allowed.join(' or ')}`,
    );
  }
  const version = Number(header(message, 'version'));
  if (!(version >= 1 && version <= CONTRACTS[contract])) {
    throw new UndecodableMessage(
      `contract ${contract} has version ${version}, this build reads up to ${CONTRACTS[contract]}`,
    );
  }
  const decoded = parse(message.value);
  const validate = validators[contract];
  if (!validate(decoded)) {
    const [first] = validate.errors ?? [];
    throw new UndecodableMessage(`${contract}${first?.instancePath ?? ''} ${first?.message ?? 'is invalid'}`);
  }
  return { contract, message: decoded } as { [K in C]: { contract: K; message: Contracts[K] } }[C];
}

function parse(value: Buffer | null): unknown {
  if (value === null) throw new UndecodableMessage('the message has no value');
  if (value.length > MESSAGE_BYTES_MAX) {
    throw new UndecodableMessage(
      `the message has ${value.length} bytes, at most ${MESSAGE_BYTES_MAX} are read`,
    );
  }
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new UndecodableMessage('the value is not JSON', { cause });
  }
}

function header(message: IncomingMessage, name: string): string | undefined {
  const value = message.headers?.[name];
  return (Array.isArray(value) ? value[0] : value)?.toString();
}

function isOneOf<C extends string>(allowed: readonly C[], name: string | undefined): name is C {
  return (allowed as readonly (string | undefined)[]).includes(name);
}
