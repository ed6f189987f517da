import { createRequire } from 'node:module';

/** Reads a sandbox through its control calls: what the side really holds, past all of the product. */
export class SandboxReader {
  #admin;
  #lossless;

  constructor(admin) {
    this.#admin = admin;
    // Loaded late: this module is read before the packages are there.
    this.#lossless = createRequire(import.meta.url)('lossless-json');
  }

  /** Tables in the form of the schema files, by entity set. */
  async tables() {
    const { tables } = JSON.parse(await this.#get('schema'));
    return tables;
  }

  /** Every row, with numbers kept as text in LosslessNumber: a decimal has more digits than a double. */
  async rows(set) {
    return this.#lossless.parse(await this.#get(`tables/${encodeURIComponent(set)}/rows`));
  }

  /** `{SET: {create, update, delete, read, refused}, callers: {...}}` */
  async counters() {
    return JSON.parse(await this.#get('counters'));
  }

  async #get(path) {
    const response = await fetch(`${this.#admin}/${path}`);
    if (!response.ok)
      throw new Error(`the sandbox answered ${response.status} to ${path}: ${await response.text()}`);
    return response.text();
  }
}
