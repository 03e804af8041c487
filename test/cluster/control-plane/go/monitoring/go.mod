// Pins the release of the Prometheus operator whose CustomResourceDefinitions tests use. Nothing of it is built, so
// "go mod tidy" would take it out.
module kube-doh.test/control-plane/monitoring

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
