// CoreDNS that tells its metrics, for the bench. The plugin "metrics" would bring modules that nothing else needs; what it
// tells is in the default registry all the same.
package main

import (
	"net/http"
	"os"

	"github.com/coredns/coredns/coremain"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
)

func main() {
	go http.ListenAndServe(os.Getenv("METRICS_ADDRESS"), promhttp.Handler())
	coremain.Run()
}
