// CoreDNS that serves zone files, for the conformance cases: the release of the module around it, with the plugin
// "file" instead of "kubernetes".
package main

import (
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/file"
	_ "github.com/coredns/coredns/plugin/tls"
)

func main() {
	coremain.Run()
}
