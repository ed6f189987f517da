/** The console's admin API, as far as the launcher uses it. */
export class ConsoleClient {
  #url;
  #token;
  #signal;

  constructor({ url, token, signal }) {
    this.#url = url;
    this.#token = token;
    this.#signal = signal;
  }

  /** @returns `{name, desired, state, ...}[]` */
  async maps() {
    return (await this.#ask('GET', 'maps')).maps;
  }

  async status() {
    return (await this.#ask('GET', 'status')).maps;
  }

  async apply(files) {
    return (await this.#ask('POST', 'maps:apply', { files })).maps;
  }

  /** One round of making what these maps need of both sides. @returns `{applied, items}` */
  provision(files) {
    return this.#ask('POST', 'provision:apply', { files });
  }

  async start(names) {
    return (await this.#ask('POST', 'maps:start', { names })).maps;
  }

  async #ask(method, path, body) {
    const response = await fetch(`${this.#url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(60_000), ...(this.#signal ? [this.#signal] : [])]),
    });
    const text = await response.text();
    if (!response.ok)
      throw new ConsoleRefused(
        response.status,
        `the console answered ${response.status} to ${path}: ${text}`,
      );
    return JSON.parse(text);
  }
}

export class ConsoleRefused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
