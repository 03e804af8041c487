// CoreDNS with the plugins that the control plane's Corefile uses. The server and the plugins are those of the release;
// leaving out the others, and their clients of three clouds, halves the time of the build.
package main

import (
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/tls"
)

func main() {
	coremain.Run()
}
