/** Rules for writing EndpointSlices by hand, for Services without selectors. */
import type { Endpoint, EndpointPort, EndpointSlice, JsonValue } from '../types.ts';
import type { ManifestReader } from './manifest-reader.ts';
import type { Strategy } from './strategy.ts';

const MAX_ENDPOINTS = 1000;

export const endpointSliceStrategy: Strategy<EndpointSlice> = {
  prepare(body, reader, previous) {
    const addressType = reader.text(body['addressType'], 'addressType');
    if (addressType === undefined) reader.required('addressType');
    if (previous !== undefined && addressType !== previous.addressType) {
      reader.wrong('addressType', addressType, 'field is immutable');
    }
    const endpoints = reader.list(body['endpoints'], 'endpoints');
    if (endpoints.length > MAX_ENDPOINTS) {
      reader.reject(
        'FieldValueInvalid',
        'endpoints',
        `Too many: ${endpoints.length}: must have at most ${MAX_ENDPOINTS} items`,
      );
    }
    const ports = reader.list(body['ports'], 'ports');
    return {
      addressType: reader.oneOf(addressType, 'addressType', ['IPv4', 'IPv6', 'FQDN']),
      endpoints: orNull(endpoints.map((endpoint, index) => readEndpoint(endpoint, `endpoints[${index}]`, reader))),
      ports: orNull(ports.map((port, index) => readPort(port, `ports[${index}]`, reader))),
    };
  },
};

function readEndpoint(value: JsonValue, path: string, reader: ManifestReader): Endpoint {
  const fields = reader.object(value, path);
  const addresses = reader.list(fields['addresses'], `${path}.addresses`);
  if (addresses.length === 0) reader.required(`${path}.addresses`, 'must contain at least 1 address');
  for (const address of addresses) reader.text(address, `${path}.addresses`);
  reader.text(fields['hostname'], `${path}.hostname`);
  return { ...fields, conditions: reader.object(fields['conditions'], `${path}.conditions`) } as unknown as Endpoint;
}

function readPort(value: JsonValue, path: string, reader: ManifestReader): EndpointPort {
  const fields = reader.object(value, path);
  reader.integer(fields['port'], `${path}.port`);
  return {
    ...fields,
    name: reader.text(fields['name'], `${path}.name`) ?? '',
    protocol: reader.oneOf(fields['protocol'], `${path}.protocol`, ['TCP', 'UDP', 'SCTP']),
  };
}

/** An API server stores no empty lists; they come back as null. */
function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
