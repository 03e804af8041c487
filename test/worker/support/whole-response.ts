/** Everything that a client can see of a response, to compare two of them. */

export interface WholeResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export async function whole(response: Response): Promise<WholeResponse> {
  const octets = new Uint8Array(await response.arrayBuffer());
  const body = Array.from(octets, (octet) => String.fromCharCode(octet)).join('');
  return { status: response.status, headers: [...response.headers].sort(), body };
}

/** Of a refusal: its status and its stable code. */
export async function refusal(response: Response): Promise<string> {
  const { code } = (await response.json()) as { code?: unknown };
  return `${response.status} ${String(code)}`;
}
