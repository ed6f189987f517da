import { readFile } from 'node:fs/promises';
import path from 'node:path';

const SECRET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** A secret that is not there; names the reference, never the value. */
export class SecretMissing extends Error {}

/** Reads secrets by reference, at each use: a secret that was changed counts from then on. */
export class Secrets {
  constructor(
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly directory: string,
  ) {}

  /**
   * @param reference `env:ALERT_SECRET_NAME` or `file:NAME`; its form was checked when it was stored
   * @throws {SecretMissing}
   */
  async read(reference: string): Promise<string> {
    const [kind, name = ''] = reference.split(/:(.*)/s);
    if (kind === 'env' && name.startsWith('ALERT_SECRET_')) {
      const value = this.env[name];
      if (value) return value;
      throw new SecretMissing(`${reference}: the variable is not set`);
    }
    if (kind !== 'file' || !SECRET_NAME.test(name)) throw new SecretMissing(`${reference} is no reference`);
    if (this.directory === '') throw new SecretMissing(`${reference}: ALERT_SECRETS_DIR is not set`);
    try {
      return (await readFile(path.join(this.directory, name), 'utf8')).trimEnd();
    } catch (cause) {
      throw new SecretMissing(`${reference}: the file cannot be read`, { cause });
    }
  }
}
