/**
 * Record types by name (IANA "Resource Record (RR) TYPEs"), and by number as RFC 3597 §5 writes them.
 */

/** Names of neighbouring types, the first of which has this code. */
const runs: readonly (readonly [number, string])[] = [
  [
    1,
    'A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP-PTR SIG KEY PX GPOS',
  ],
  [
    28,
    'AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID',
  ],
  [50, 'NSEC3 NSEC3PARAM TLSA SMIMEA'],
  [55, 'HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS DSYNC'],
  [99, 'SPF'],
  [104, 'NID L32 L64 LP EUI48 EUI64'],
  [128, 'NXNAME'],
  [249, 'TKEY TSIG IXFR AXFR MAILB MAILA ANY URI CAA AVC DOA AMTRELAY RESINFO WALLET'],
  [255, '*'],
  [32_768, 'TA DLV'],
];

const codes: ReadonlyMap<string, number> = new Map(
  runs.flatMap(([first, names]) => names.split(' ').map((name, i) => [name, first + i] as const)),
);

/** From a name, `TYPE` and a number, or a number, in any letter case; undefined for what is none from 1 to 65535. */
export function parseRecordType(text: string): number | undefined {
  const name = text.toUpperCase();
  const digits = /^(?:TYPE)?([1-9]\d{0,4})$/.exec(name)?.[1];
  if (digits === undefined) return codes.get(name);
  const code = Number(digits);
  return code <= 0xffff ? code : undefined;
}
