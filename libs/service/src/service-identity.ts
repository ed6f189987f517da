/** Injection token of {@link ServiceIdentity}. */
export const SERVICE_IDENTITY = Symbol('dualwrite.service-identity');

/** Which service this process is, and which of its replicas. */
export interface ServiceIdentity {
  readonly service: string;
  readonly instance: string;
}
