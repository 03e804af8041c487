/**
 * Writes the nodes of a group. node-reader.ts has the layout.
 */
import type { GroupNode, HostService, Members, OwnerGroup, PlainRRset } from '../../group.ts';
import { joinRelative, labelsOf } from '../../name.ts';
import { type Target, typeCodes } from '../../rrset.ts';
import { groupLimits, memberKinds, targetKinds } from '../format.ts';
import type { OctetWriter } from '../octet-writer.ts';
import { checkOctets, limited } from './group-too-large.ts';

/** Throws GroupTooLargeError; NameError when the node's name would be longer than a name may be. */
export function writeNode(out: OctetWriter, node: GroupNode, { base, hosts }: OwnerGroup): void {
  joinRelative(node.prefix, base);
  limited('labels in front', labelsOf(node.prefix), groupLimits.prefixLabels);
  out.shortText(node.prefix);
  out.counted(() => {
    writeMembers(out, node.addresses, hosts.length);
    out.count(limited('ports', node.services, groupLimits.services).length);
    for (const rule of node.services) {
      writeService(out, rule);
      writeMembers(out, rule.targets, hosts.length);
      checkOctets(out);
    }
    out.u8(limited('kinds of records', node.rrsets, groupLimits.plainSets).length);
    for (const rrset of node.rrsets) writePlain(out, rrset);
  });
}

export function writeService(out: OctetWriter, { priority, weight, port }: HostService): void {
  out.u16(priority);
  out.u16(weight);
  out.u16(port);
}

function writeMembers(out: OctetWriter, members: Members, hostCount: number): void {
  if (typeof members === 'string') {
    out.u8(memberKinds[members]);
    return;
  }
  const indexes = [...new Set(members)];
  out.u8(memberKinds.listed);
  out.count(indexes.length);
  for (const index of indexes) {
    if (index >= hostCount) throw new RangeError(`there is no host number ${index}`);
    out.u16(index);
  }
}

function writePlain(out: OctetWriter, rrset: PlainRRset): void {
  out.u8(typeCodes[rrset.type]);
  out.ttl(rrset.ttlSeconds);
  if (rrset.type === 'TXT') {
    out.u8(limited('records of one type', rrset.texts, groupLimits.plainRecords).length);
    for (const strings of rrset.texts) {
      out.u8(limited('strings in a TXT record', strings, groupLimits.strings).length);
      for (const string of strings) out.shortText(string);
    }
  } else {
    out.u8(limited('records of one type', rrset.targets, groupLimits.plainRecords).length);
    for (const target of rrset.targets) writeTarget(out, target);
  }
}

function writeTarget(out: OctetWriter, target: Target): void {
  out.u8(targetKinds[target.kind]);
  out.shortText(target.name);
}
