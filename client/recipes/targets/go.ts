/** Go: a resolver of the program's own. */
import { slashes } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const go: PlainRecipe = {
  summary: 'Go, through the stub: for one program',
  way: 'stub',
  scope: 'all zones',
  comment: slashes,
  write: (zones, { stub }) => ({
    remarks: ['Only for these zones: the stub refuses other names unless it has --upstream.'],
    use: ['client := &http.Client{Transport: &http.Transport{DialContext: clusterDialer.DialContext}}'],
    verify: [`clusterResolver.LookupHost(ctx, "${exampleName(zones[0])}.")`],
    undo: ['net.DefaultResolver'],
    body: `var clusterResolver = &net.Resolver{
	PreferGo: true,
	Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, "${hostAndPort(stub)}")
	},
}

var clusterDialer = &net.Dialer{Resolver: clusterResolver}`,
  }),
};
