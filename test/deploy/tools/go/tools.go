//go:build tools

// Package tools pins the programs that tests build from other modules.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
