import { clientAssertion } from './client-assertion';

/** Asked at every use: files are rotated while we run. */
export type SecretSource = () => Promise<string>;

/** How an application user proves who it is. */
export type Credential =
  | { readonly kind: 'secret'; readonly secret: SecretSource }
  /** PEM of the private key and of its certificate, in any order. */
  | { readonly kind: 'certificate'; readonly pem: SecretSource }
  /** A token that the platform (Kubernetes, GitHub) writes for us and Entra ID trusts: workload identity federation. */
  | { readonly kind: 'federated-token'; readonly token: SecretSource };

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The fields of the token request that prove it. */
export async function proofOf(
  credential: Credential,
  clientId: string,
  tokenUrl: string,
): Promise<Readonly<Record<string, string>>> {
  switch (credential.kind) {
    case 'secret':
      return { client_secret: await credential.secret() };
    case 'certificate':
      return assertion(clientAssertion(await credential.pem(), { clientId, tokenUrl, nowMs: Date.now() }));
    case 'federated-token':
      return assertion((await credential.token()).trim());
  }
}

function assertion(token: string): Readonly<Record<string, string>> {
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: token };
}
