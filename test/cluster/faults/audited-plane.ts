/** A control plane that notes every request, with agents as ServiceAccounts of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duties } from '../../../sync-agent/preflight/needs.ts';
import type { Grant } from '../../../sync-agent/preflight/rules.ts';
import type { AgentProcess } from '../../faults/agent-process.ts';
import { service, steadyNamespace } from '../../faults/steady-objects.ts';
import { cluster } from '../../faults/watched-edge.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { createAccount } from '../support/account.ts';
import { Audit } from './audit.ts';
import { OwnPlane } from './own-plane.ts';

const leaseNamespace = 'dns';
const leaseName = `kube-doh-${cluster}`;

/** Everything that an agent can be told to do beside observing. */
export const allDuties: Duties = {
  lease: { namespace: leaseNamespace, name: leaseName },
  writesEvents: true,
  tellsIdentity: true,
};
export const allDutiesFlags = ['--lease-namespace', leaseNamespace, '--events'];
export const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${leaseNamespace}/leases/${leaseName}`;

export class AuditedPlane {
  readonly plane: OwnPlane;
  readonly audit: Audit;
  readonly directory: string;

  private constructor(plane: OwnPlane, audit: Audit, directory: string) {
    this.plane = plane;
    this.audit = audit;
    this.directory = directory;
  }

  static async start(): Promise<AuditedPlane> {
    const directory = mkdtempSync(join(tmpdir(), 'kube-doh-plane-'));
    const plane = await OwnPlane.start(join(directory, 'plane'));
    const audit = new Audit(directory);
    await plane.restartApiServer(audit.flags);
    await plane.objects.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: leaseNamespace } }]);
    return new AuditedPlane(plane, audit, directory);
  }

  /** Returns the path of its kubeconfig. */
  async account(name: string, grants: readonly Grant[]): Promise<string> {
    const to = { objects: this.plane.objects, api: await this.plane.access(), directory: this.directory };
    const granted = grants.map(({ namespace, rules }) => ({ rules, ...(namespace !== undefined && { namespace }) }));
    return createAccount(to, name, granted);
  }

  /** What an account was not let do. */
  refusedOf(account: string): readonly string[] {
    const refused = this.audit.requestsOf(account).filter(({ status }) => status === 401 || status === 403);
    return refused.map(({ verb, uri, status }) => `${status} ${verb} ${uri}`);
  }

  /** A Service that no record can be made of: an address is no name to alias. */
  async createInvalid(name: string): Promise<void> {
    await this.plane.objects.apply([service(name, { type: 'ExternalName', externalName: '192.0.2.1' })]);
  }

  /** Resolves when somebody has written an Event about it. */
  async untilEventAbout(name: string): Promise<void> {
    const isThere = async (): Promise<boolean> => {
      const { items } = (await this.plane.read(`/api/v1/namespaces/${steadyNamespace}/events`)) as {
        readonly items: readonly { readonly involvedObject: { readonly name: string } }[];
      };
      return items.some(({ involvedObject }) => involvedObject.name === name);
    };
    await waitUntil(`an Event about ${name}`, isThere, { timeoutSeconds: 30 });
  }

  async stop(): Promise<void> {
    await this.plane.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function isReady(agent: AgentProcess): Promise<boolean> {
  return (await agent.metric('kube_doh_ready')) === 1;
}
