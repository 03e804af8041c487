/**
 * The classes of the Durable Objects: what they are called with goes on to what decides (clusters/registry.ts,
 * snapshots/publications.ts), and into the log. They are called without a URL, so what they log stands beside none.
 */
import { DurableObject } from 'cloudflare:workers';
import { Registry } from './clusters/registry.ts';
import { type Bindings, type JournalCalls, readBindings } from './environment.ts';
import { platform } from './machine.ts';
import type { PublicationsCalls, RegistryCalls } from './objects.ts';
import { Publications } from './snapshots/publications.ts';

type State = ConstructorParameters<typeof DurableObject>[0];
type Arguments<Calls, Name extends keyof Calls> = Calls[Name] extends (...args: infer A) => unknown ? A : never;

export class RegistryObject extends DurableObject<Bindings> implements RegistryCalls {
  readonly #registry: Registry;

  constructor(ctx: State, bindings: Bindings) {
    super(ctx, bindings);
    const { store, objects } = readBindings(bindings).configuration;
    // Whoever got here called it by the same bindings.
    this.#registry = new Registry(ctx.storage, store, (cluster) => objects!.publicationsOf(cluster), platform);
  }

  registrationOf(...args: Arguments<RegistryCalls, 'registrationOf'>) {
    return this.#registry.registrationOf(...args);
  }

  all() {
    return this.#registry.all();
  }

  register(...args: Arguments<RegistryCalls, 'register'>) {
    return this.#registry.register(...args);
  }

  unregister(...args: Arguments<RegistryCalls, 'unregister'>) {
    return this.#registry.unregister(...args);
  }

  alarm() {
    return this.#registry.alarm();
  }
}

export class PublicationsObject extends DurableObject<Bindings> implements PublicationsCalls {
  readonly #publications: Publications;

  constructor(ctx: State, bindings: Bindings) {
    super(ctx, bindings);
    const { store, objects } = readBindings(bindings).configuration;
    this.#publications = new Publications(ctx.storage, store, objects!.registry, platform);
  }

  consider(...args: Arguments<PublicationsCalls, 'consider'>) {
    return this.#publications.consider(...args);
  }

  store(...args: Arguments<PublicationsCalls, 'store'>) {
    return this.#publications.store(...args);
  }

  noteRefusal(...args: Arguments<PublicationsCalls, 'noteRefusal'>) {
    return this.#publications.noteRefusal(...args);
  }

  withdraw(...args: Arguments<PublicationsCalls, 'withdraw'>) {
    return this.#publications.withdraw(...args);
  }

  status(...args: Arguments<PublicationsCalls, 'status'>) {
    return this.#publications.status(...args);
  }
}

/** Keeps nothing. */
export class JournalObject extends DurableObject<Bindings> implements JournalCalls {
  async write(...[lines]: Arguments<JournalCalls, 'write'>) {
    for (const { text, kind } of lines) platform.log(text, kind);
  }
}
