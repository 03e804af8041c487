/** Runs the controllers: after every change in a namespace its objects are reconciled, until nothing is left to do. */
import type { Registry } from '../registry/registry.ts';
import { Kubelet, type KubeletSetting } from './kubelet.ts';
import { Reconciler } from './reconcile.ts';

export class Controllers {
  readonly #reconciler: Reconciler;
  readonly #kubelet: Kubelet;
  readonly #unsubscribe: () => void;
  readonly #changedNamespaces = new Set<string>();
  #pass: NodeJS.Immediate | undefined;
  #waiting: (() => void)[] = [];

  constructor(registry: Registry, setting: KubeletSetting, log: (line: string) => void) {
    this.#kubelet = new Kubelet(registry.store, setting, () => this.#announceIfSettled());
    this.#reconciler = new Reconciler(registry, this.#kubelet, log);
    this.#unsubscribe = registry.store.subscribe(({ type, resource, object }) => {
      const { name, namespace, uid } = object.metadata;
      if (resource === 'services' && type === 'DELETED') this.#reconciler.forgetService(uid);
      this.#changedNamespaces.add(namespace ?? name);
      this.#pass ??= setImmediate(() => this.#reconcileAll());
    });
  }

  /** Resolves as soon as the controllers have nothing left to do. */
  settled(): Promise<void> {
    if (this.#isSettled()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Stops at once; who waits for the controllers to settle waits no longer. */
  stop(): void {
    this.#unsubscribe();
    clearImmediate(this.#pass);
    this.#kubelet.stop();
    this.#changedNamespaces.clear();
    this.#announceIfSettled();
  }

  #reconcileAll(): void {
    this.#pass = undefined;
    const namespaces = [...this.#changedNamespaces];
    this.#changedNamespaces.clear();
    for (const namespace of namespaces) this.#reconciler.reconcile(namespace);
    this.#announceIfSettled();
  }

  #isSettled(): boolean {
    return this.#changedNamespaces.size === 0 && this.#kubelet.isIdle;
  }

  #announceIfSettled(): void {
    if (!this.#isSettled()) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
