import { createHash } from 'node:crypto';
import type { EndpointSettings } from '@dualwrite/provision';
import type { DataverseSettings } from './dataverse-settings';

const FINGERPRINT_LENGTH = 12;

/** What is registered in Dataverse; null: it cannot reach us, or nothing would prove that it is Dataverse. */
export function webhookOf({
  WEBHOOK_URL: url,
  WEBHOOK_KEYS: [key],
}: Pick<DataverseSettings, 'WEBHOOK_URL' | 'WEBHOOK_KEYS'>): Omit<EndpointSettings, 'name'> | null {
  return url === '' || key === undefined ? null : { url, key, fingerprint: `key ${fingerprint(key)}` };
}

/** A key cannot be read back from Dataverse; this can, and tells nothing of the key. */
function fingerprint(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
