/** The law of counting: it comes to what decoding everything comes to. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countZone } from '../../../zone/image/count.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { openImage } from '../../../zone/image/open.ts';
import { snapshot } from './arbitrary.ts';

test('names, groups and addresses are as many as there are', () => {
  fc.assert(
    fc.property(snapshot, (given) => {
      const octets = encodeSnapshot(given);
      const image = openImage(octets);
      const decoded = decodeImage(octets);
      if (image.kind === 'retired' || decoded.kind === 'retired') return;
      for (const [i, zone] of image.zones.entries()) {
        const meant = decoded.zones[i]!;
        if (zone.kind === 'reverse' || meant.kind === 'reverse') continue;
        const { groups } = meant;
        expect(countZone(zone.fragments)).toEqual({
          names: groups.reduce((sum, { hosts, nodes }) => sum + hosts.length + nodes.length, 0),
          groups: groups.length,
          addresses: new Set(groups.flatMap(({ own, hosts }) => [own, ...hosts.map((host) => host.addresses)].flat()))
            .size,
        });
      }
    }),
    { numRuns: 100 },
  );
});
