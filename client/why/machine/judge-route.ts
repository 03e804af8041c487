/** What it means that an address can be reached, or not. Pure. */
import type { Attempt, Route } from './here.ts';
import { type Judgement, judged } from './machine-cause.ts';

export interface Routed {
  readonly address: string;
  readonly route: Route;
}

/** At least one; one of each family. The way of the internet is a hint and no cause: a VPN may be behind it. */
export function judgeRoutes(all: readonly Routed[]): Judgement {
  const steps = all.map(({ address, route }) => ({
    step: 'route',
    ok: route.kind === 'route',
    text: routeText(address, route),
  }));
  const [first] = all;
  if (first === undefined || all.some(({ route }) => route.kind === 'route')) return { steps, cause: undefined };
  return {
    steps,
    cause: {
      code: 'NO_ROUTE',
      text: `This machine has no route to ${all.map(({ address }) => address).join(' and ')}: DNS is not routing.`,
      next: 'Connect the VPN that routes the addresses of pods and Services, or add them to its routes.',
    },
  };
}

function routeText(address: string, route: Route): string {
  if (route.kind === 'none') return `there is no route to ${address} (${route.code})`;
  const hint = route.isLikeInternet ? ', as to the internet: a VPN may have to route it' : '';
  return `packets to ${address} leave from ${route.from}${hint}`;
}

export function judgeAttempt(address: string, port: number, attempt: Attempt): Judgement {
  const where = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const say = (ok: boolean, text: string): Judgement['steps'][number] => ({ step: 'connect', ok, text });
  switch (attempt.kind) {
    case 'open':
      return judged(say(true, `${where} takes connections`));
    case 'refused':
      return judged(say(false, `${where} refuses connections`), {
        code: 'CONNECTION_REFUSED',
        text: `Somebody at ${address} refuses connections to port ${port}, so it is routed and nothing listens there.`,
        next: 'Check the port and the program; a pod refuses what its program does not listen for.',
      });
    case 'late':
      return judged(say(false, `${where} does not answer`), {
        code: 'CONNECTION_LATE',
        text: `Nothing came back from ${address} for port ${port}: packets get lost on the way or back.`,
        next: 'Check that the VPN routes the addresses of pods, and which firewall or NetworkPolicy drops the packets.',
      });
    case 'failed':
      return judged(say(false, `no connection to ${where} (${attempt.code})`), {
        code: 'CONNECTION_FAILED',
        text: `This machine cannot connect to ${where} (${attempt.code}).`,
        next: 'Check the routes of the VPN, and what a firewall on this machine forbids.',
      });
  }
}
