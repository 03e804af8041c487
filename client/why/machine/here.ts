/** How this machine resolves a name, and how it could reach an address. Values only; look-here.ts finds them out. */

/** What programs get that ask the system: getaddrinfo(3). */
export type SystemAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** There is no such name, as far as the system knows. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly code: string };

/** Whether `kube-doh dns install` has made this machine ask the edge for the name's zone. */
export type Wired =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'other-zones'; readonly zones: readonly string[] }
  /** The note of it cannot be read. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | {
      readonly kind: 'wired';
      /** Where the stub listens. */
      readonly listen: string;
      /** What "kube-doh dns status" finds wrong, a line each. */
      readonly problems: readonly string[];
      /** Of the stub's answer for the name; undefined when there is none. */
      readonly rcode: number | undefined;
    };

/** A program that remembers answers. */
export type Cache = 'systemd-resolved' | 'nscd' | 'dnsmasq' | 'unbound';

export interface Here {
  readonly platform: NodeJS.Platform;
  readonly answer: SystemAnswer;
  /** What the hosts file says of the name. */
  readonly hostsFile: readonly string[];
  readonly wired: Wired;
  /** The source of nsswitch.conf(5) that ends a search for `.local` before DNS is asked, such as `mdns4_minimal`. */
  readonly mdnsSource: string | undefined;
  /** Whether the system's DNS servers know the name; looked for only on Linux, where the system does not find it. */
  readonly dnsFinds: boolean;
  readonly caches: readonly Cache[];
}

/** What the system would do with a packet. */
export type Route =
  | { readonly kind: 'route'; readonly from: string; readonly isLikeInternet: boolean }
  | { readonly kind: 'none'; readonly code: string };

/** What came of one TCP connection. */
export type Attempt =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'late' }
  | { readonly kind: 'failed'; readonly code: string };
