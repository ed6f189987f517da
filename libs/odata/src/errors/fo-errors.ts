import type { SheetError } from './error-class';

const LOOK_AGAIN = 'Nothing to do: the row is read and the pair planned again.';

/** F&O has no codes: status, exception and a look at the row tell. Its texts are in the language of our user there. */
export const FO_ERRORS = {
  duplicate: {
    code: 'fo.duplicate',
    class: 'conflict',
    failure: 'duplicate',
    statuses: [400, 500],
    sideCode: 'AxODataWriteException',
    meaning: 'A record of this key is there already: the text says so, or a look by key finds it.',
    remedy: LOOK_AGAIN,
  },
  updateConflict: {
    code: 'fo.update-conflict',
    class: 'conflict',
    failure: 'precondition-failed',
    statuses: [400, 500],
    sideCode: 'AxODataWriteException',
    meaning: 'Another process changed the record meanwhile: the text says so, or its version has moved.',
    remedy: LOOK_AGAIN,
  },
  versionMismatch: {
    code: 'fo.version-mismatch',
    class: 'conflict',
    failure: 'precondition-failed',
    statuses: [409, 412],
    meaning: 'The record has changed since it was read.',
    remedy: LOOK_AGAIN,
  },
  validation: {
    code: 'fo.validation',
    class: 'refused-data',
    failure: 'rejected',
    statuses: [400, 500],
    sideCode: 'AxODataWriteException',
    meaning: 'A rule of the application refuses the record; the text is what its log says.',
    remedy:
      'Do what the text asks for: fill the field, create the record that it refers to, or map a default.',
  },
  badRequest: {
    code: 'fo.bad-request',
    class: 'refused-data',
    failure: 'rejected',
    statuses: [400],
    sideCode: 'ODataException',
    meaning:
      'The address, the query or the body cannot be understood: an unknown field, a value of a wrong type.',
    remedy: 'Compare the map with the entity; run `dw map check`, then restart the map.',
  },
  actionFailed: {
    code: 'fo.action-failed',
    class: 'refused-data',
    failure: 'rejected',
    statuses: [500],
    sideCode: 'InvalidOperationException',
    meaning: 'An action did not do what was asked; the text says why.',
    remedy: 'Do what the text asks for; data projects must exist and must not run twice at a time.',
  },
  token: {
    code: 'fo.token-refused',
    class: 'refused-caller',
    failure: 'refused-caller',
    statuses: [401],
    meaning: 'The token is refused, or the client is not entered in F&O.',
    remedy:
      'Enter the client id under Microsoft Entra ID applications and map it to a user; no slash behind FO_URL.',
  },
  role: {
    code: 'fo.role-missing',
    class: 'refused-caller',
    failure: 'refused-caller',
    statuses: [403],
    meaning: 'The user of our client lacks a role.',
    remedy: 'Give that user a role with rights on the entity, in every company that is mapped.',
  },
  notFound: {
    code: 'fo.not-found',
    class: 'gone',
    failure: 'not-found',
    statuses: [404],
    meaning: 'No record of this key, no such entity, or a company that our user does not see.',
    remedy: 'If a company has vanished from view, give our user rights in it.',
  },
  noSuchEntity: {
    code: 'fo.no-such-entity',
    class: 'refused-data',
    failure: 'rejected',
    statuses: [404],
    meaning: 'A create found no entity of this name.',
    remedy: 'Check that the entity is public and, after an upgrade, that the entity list was refreshed.',
  },
  throttled: {
    code: 'fo.throttled',
    class: 'throttled',
    failure: 'throttled',
    statuses: [429],
    meaning: 'The environment is under load, whoever caused it.',
    remedy:
      'Nothing to do: the connector waits as told. If it lasts, raise our priority in the throttling mapping.',
  },
  away: {
    code: 'fo.away',
    class: 'retryable',
    failure: 'unavailable',
    statuses: [503],
    meaning: 'The environment says itself when to come again; the request was not carried out.',
    remedy: 'Nothing to do: the lag shows it. Look for maintenance if it lasts.',
  },
  gateway: {
    code: 'fo.gateway',
    class: 'retryable',
    failure: 'lost',
    statuses: [408, 500, 502, 503, 504],
    meaning: 'Something on the way answered, or the server failed: whether it was carried out is not known.',
    remedy: 'Nothing to do: the row is looked at before anything is sent again.',
  },
  refused: {
    code: 'fo.refused',
    class: 'refused-data',
    failure: 'rejected',
    statuses: [400, 405, 413, 501],
    meaning: 'Refused in a way that this page does not list.',
    remedy: 'Do what the text of the side asks for, then release the pair.',
  },
} as const satisfies Readonly<Record<string, SheetError>>;

/** No answer at all, of either side. */
export const SILENCES = {
  noConnection: {
    code: 'side.no-connection',
    class: 'retryable',
    failure: 'unavailable',
    statuses: [],
    meaning: 'No connection was made: the request has not left this machine.',
    remedy: 'Check address, name service and firewall if it lasts.',
  },
  noAnswer: {
    code: 'side.no-answer',
    class: 'retryable',
    failure: 'lost',
    statuses: [],
    meaning: 'The connection broke or the deadline passed: whether the request was carried out is not known.',
    remedy: 'Nothing to do: the row is looked at before anything is sent again.',
  },
} as const satisfies Readonly<Record<string, SheetError>>;
