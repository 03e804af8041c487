/** Names of the zone that many cases ask about, and their records as answers show them. */
import { ownZone, reverseZone, ttlSeconds } from '../zone.ts';

const shop = `shop.svc.${ownZone}`;

export const zone = ownZone;
export const reverse = reverseZone;

/** Three pods, with addresses of both families. */
export const web = `web.${shop}`;
export const webAddresses = [1, 2, 3].map((i) => `${web} ${ttlSeconds} IN A 10.244.1.${i}`);
export const webServices = `_http._tcp.${web}`;
export const pod = `web-0.${web}`;
/** One address, of IPv4. */
export const api = `api.${shop}`;
export const apiAddress = `${api} ${ttlSeconds} IN A 10.96.0.20`;
export const text = `text.${shop}`;
/** CNAME to web. */
export const docs = `docs.${shop}`;
/** CNAME to web with a lower TTL than web's records. */
export const short = `short.${shop}`;
/** CNAME to a name that is not in the zone. */
export const gone = `gone.${shop}`;
/** CNAME to a name of somebody else's zone. */
export const outside = `outside.${shop}`;
export const outsideTarget = 'www.example.com';
export const missing = `missing.${shop}`;
/** Names that exist only because something is below them. */
export const empty = `_tcp.${web}`;
export const namespace = shop;
/** Two addresses below labels with odd octets. */
export const odd = `odd.${shop}`;
/** More addresses than a message can hold. */
export const many = `many.${shop}`;
/** Twenty pods, with addresses of both families. */
export const fleet = `fleet.${shop}`;
/** CNAME to fleet. */
export const convoy = `convoy.${shop}`;
/** Two pods with one address, a port for two protocols, and another one. */
export const dual = `dual.${shop}`;
/** In another namespace. */
export const ledger = `ledger.bank.svc.${ownZone}`;
/** In nobody's zone here. */
export const foreign = 'www.example.com';
