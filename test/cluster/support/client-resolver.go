// Asks Go's resolver, as any Go program does: `client-resolver METHOD:ARGUMENT...`. Prints one JSON value for each,
// the sorted results or what kind of error came instead.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sort"
	"strings"
)

func main() {
	outcomes := make([]any, 0, len(os.Args))
	for _, question := range os.Args[1:] {
		method, argument, _ := strings.Cut(question, ":")
		outcomes = append(outcomes, outcome(lookUp(method, argument)))
	}
	json.NewEncoder(os.Stdout).Encode(outcomes)
}

func lookUp(method, argument string) ([]string, error) {
	ctx := context.Background()
	resolver := net.DefaultResolver
	switch method {
	case "host":
		return resolver.LookupHost(ctx, argument)
	case "addr":
		return resolver.LookupAddr(ctx, argument)
	case "srv":
		_, records, err := resolver.LookupSRV(ctx, "", "", argument)
		lines := make([]string, 0, len(records))
		for _, record := range records {
			lines = append(lines, fmt.Sprint(record.Priority, " ", record.Weight, " ", record.Port, " ", record.Target))
		}
		return lines, err
	}
	return nil, fmt.Errorf("no method %q", method)
}

func outcome(results []string, err error) any {
	var dnsError *net.DNSError
	switch {
	case err == nil:
		sort.Strings(results)
		return results
	case errors.As(err, &dnsError) && dnsError.IsNotFound:
		return "not found"
	case errors.As(err, &dnsError) && !dnsError.IsTimeout:
		return "failed"
	}
	return err.Error()
}
