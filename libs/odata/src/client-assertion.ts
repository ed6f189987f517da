import { constants, createHash, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';

const LIFE_SECONDS = 600;
/** A server whose clock is a little behind ours must not think the assertion is of the future. */
const CLOCK_SKEW_SECONDS = 60;

/**
 * The JWT by which the holder of a certificate asks for a token: PS256, the certificate named by its SHA-256 digest, as
 * Entra ID wants it.
 *
 * @param pem private key and certificate
 * @throws {Error} the key or the certificate cannot be read
 */
export function clientAssertion(
  pem: string,
  { clientId, tokenUrl, nowMs }: { clientId: string; tokenUrl: string; nowMs: number },
): string {
  const key = createPrivateKey(pem);
  const digest = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
  const nowSeconds = Math.floor(nowMs / 1_000);
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': digest };
  const claims = {
    aud: tokenUrl,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    iat: nowSeconds,
    nbf: nowSeconds - CLOCK_SKEW_SECONDS,
    exp: nowSeconds + LIFE_SECONDS,
  };
  const content = `${encoded(header)}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(content), {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
  return `${content}.${signature.toString('base64url')}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
