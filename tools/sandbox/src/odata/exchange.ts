export type Operation = 'create' | 'update' | 'delete' | 'read' | 'batch' | 'action';

/** One OData request: the whole HTTP request, or a part of a batch. */
export interface ODataRequest {
  readonly method: string;
  /** Below the service root, without leading slash, still percent-encoded. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** The query as it was sent; empty without one. */
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly caller: string;
  /** Absolute URL of the service root as the client wrote it, without trailing slash. */
  readonly root: string;
  readonly isInBatch: boolean;
  /** Filled in while the request is understood, for counters and the log: also when it is refused then. */
  readonly touched: { set?: string; operation?: Operation };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Ends a request with an answer; changes made by its unit are taken back. */
export class Refusal extends Error {
  constructor(readonly answer: Answer) {
    super(answer.body ?? String(answer.status));
  }
}

/** The client's text is not OData; each side has its own words around the message. */
export class BadQuery extends Error {}
