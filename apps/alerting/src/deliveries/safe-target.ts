import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

/** What may be reached although it is not public: `10.1.0.0/16`, `192.168.7.9`, or a host by its name. */
export type AllowedTargets = readonly string[];

/** Where a connection goes: the address that was looked at, not a second answer of a name server that changes its mind. */
export interface SafeTarget {
  readonly host: string;
  readonly address: string;
  readonly family: 4 | 6;
}

/** The target is not for us to reach. */
export class TargetRefused extends Error {}

type Lookup = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/**
 * Resolves a host once. All of its addresses must be public, or allowed: a channel must not become a way into the network
 * that this service stands in.
 *
 * @throws {TargetRefused} one of them is neither
 */
export async function safeTarget(
  host: string,
  allowed: AllowedTargets,
  resolve: Lookup = (name) => lookup(name, { all: true }),
): Promise<SafeTarget> {
  const name = host.replace(/^\[|\]$/g, '');
  const addresses = await resolve(name);
  const [first] = addresses;
  if (first === undefined) throw new TargetRefused(`${name} has no address`);
  for (const { address } of addresses) {
    const range = rangeOf(address);
    if (range === 'unicast' || isAllowed(name, address, allowed)) continue;
    throw new TargetRefused(
      `${name} is at ${address}, which is not public (${range}); see ALERT_TARGETS_ALLOWED`,
    );
  }
  return { host: name, address: first.address, family: first.family === 6 ? 6 : 4 };
}

/** An IPv4 address in the clothes of IPv6 is what it is. */
function rangeOf(address: string): string {
  return ipaddr.process(address.split('%')[0] ?? address).range();
}

function isAllowed(name: string, address: string, allowed: AllowedTargets): boolean {
  const parsed = ipaddr.process(address.split('%')[0] ?? address);
  return allowed.some((target) => {
    if (target.toLowerCase() === name.toLowerCase()) return true;
    if (ipaddr.isValid(target)) return ipaddr.process(target).toString() === parsed.toString();
    if (!ipaddr.isValidCIDR(target)) return false;
    const [base, bits] = ipaddr.parseCIDR(target);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
}
