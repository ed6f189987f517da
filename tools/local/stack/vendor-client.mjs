/** A person's own program at work on both sides: signs in like one and uses the vendors' own APIs, past the product. */
export class VendorClient {
  #sandbox;
  #clientId;
  #tokens = new Map();

  constructor({ sandbox, clientId }) {
    this.#sandbox = sandbox;
    this.#clientId = clientId;
  }

  /** @param {'fo' | 'dataverse'} side */
  async get(side, path) {
    return (await this.#send(side, 'GET', path)).json();
  }

  async patch(side, path, body) {
    await this.#send(side, 'PATCH', path, body);
  }

  async #send(side, method, path, body) {
    const response = await fetch(`${this.#sandbox[side].url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#token(side)}`,
        accept: 'application/json',
        'odata-version': '4.0',
        'odata-maxversion': '4.0',
        ...(body && { 'content-type': 'application/json' }),
        // An update, never by mistake a new row.
        ...(method === 'PATCH' && { 'if-match': '*' }),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok)
      throw new Error(`${side} answered ${response.status} to ${method} ${path}: ${await response.text()}`);
    return response;
  }

  async #token(side) {
    const known = this.#tokens.get(side);
    if (known && known.untilMs > Date.now()) return known.token;
    const { tokenUrl, clientSecret } = this.#sandbox.oauth;
    const response = await fetch(tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: this.#clientId,
        client_secret: clientSecret,
        scope: `${this.#sandbox[side].url}/.default`,
      }),
    });
    if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
    const { access_token: token, expires_in: lifeSeconds } = await response.json();
    this.#tokens.set(side, { token, untilMs: Date.now() + (Number(lifeSeconds) - 60) * 1000 });
    return token;
  }
}
