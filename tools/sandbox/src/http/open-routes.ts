/** Addresses that take no bearer token: whoever has the whole link may use it. Bodies are bytes. */
export interface OpenRoutes {
  serves(pathname: string): boolean;
  answer(call: OpenCall): OpenAnswer;
}

export interface OpenCall {
  readonly method: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}
