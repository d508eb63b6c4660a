import { BlockList, isIP } from 'node:net';

/** Addresses that are not the public internet: IANA's special-purpose registries for IPv4. */
const CLOSED_V4: readonly (readonly [string, number, string])[] = [
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared by carriers'],
  ['127.0.0.0', 8, 'this machine'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'for documentation'],
  ['192.88.99.0', 24, 'a relay to IPv6'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'for benchmarks'],
  ['198.51.100.0', 24, 'for documentation'],
  ['203.0.113.0', 24, 'for documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];
/** In IPv6 only 2000::/3 is the public internet, and of that not these (they carry other addresses inside). */
const CLOSED_V6: readonly (readonly [string, number, string])[] = [
  ['2001::', 23, 'reserved or a tunnel'],
  ['2001:db8::', 32, 'for documentation'],
  ['2002::', 16, 'a tunnel'],
  ['3fff::', 20, 'for documentation'],
];

function listOf(network: string, prefix: number, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list;
}

const CHECKS_V4 = CLOSED_V4.map(([network, prefix, why]) => ({ list: listOf(network, prefix, 'ipv4'), why }));
const CHECKS_V6 = CLOSED_V6.map(([network, prefix, why]) => ({ list: listOf(network, prefix, 'ipv6'), why }));
const GLOBAL_V6 = listOf('2000::', 3, 'ipv6');

/** An address in its plain form: without brackets and zone, and IPv4 written inside IPv6 as IPv4. */
export function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const full = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(full);
  if (!mapped) return full;
  const high = Number.parseInt(mapped[1]!, 16);
  const low = Number.parseInt(mapped[2]!, 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Why an IP address must not be called, or null for the public internet. */
export function closedAddress(address: string): string | null {
  const plain = plainAddress(address);
  const family = isIP(plain);
  if (family === 0) return 'it is not an address';
  if (family === 4) {
    const hit = CHECKS_V4.find(({ list }) => list.check(plain, 'ipv4'));
    return hit ? `it is ${hit.why}` : null;
  }
  if (!GLOBAL_V6.check(plain, 'ipv6')) return 'it is not a public IPv6 address';
  const hit = CHECKS_V6.find(({ list }) => list.check(plain, 'ipv6'));
  return hit ? `it is ${hit.why}` : null;
}

/** What an administrator has opened: host names, addresses, networks. */
export interface AllowList {
  host(name: string): boolean;
  address(address: string): boolean;
}

/** Reads `outside.allow`. */
export function allowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>();
  const networks = new BlockList();
  for (const entry of entries) {
    const [name = '', bits] = entry.split('/');
    const plain = plainAddress(name);
    const family = isIP(plain);
    if (family === 0) hosts.add(plainHost(name));
    else networks.addSubnet(plain, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), familyName(family));
  }
  return {
    host: (name) => hosts.has(plainHost(name)),
    address: (address) => {
      const plain = plainAddress(address);
      const family = isIP(plain);
      return family !== 0 && networks.check(plain, familyName(family));
    },
  };
}

function familyName(family: number): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6';
}

/** A host name in lower case, without the dot at its end. */
export function plainHost(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
