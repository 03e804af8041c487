// Reads a configuration of Grafana Alloy from the standard input, by Alloy's own parser, and prints it as JSON: its
// blocks with their attributes, whose values are texts as they stand there, and the whole as Alloy's formatter writes it.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/grafana/alloy/syntax/ast"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/printer"
)

type block struct {
	Name       string            `json:"name"`
	Label      string            `json:"label"`
	Attributes map[string]string `json:"attributes"`
	Blocks     []block           `json:"blocks"`
}

func main() {
	text, err := io.ReadAll(os.Stdin)
	check(err)
	file, err := parser.ParseFile("config.alloy", text)
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"formatted": printed(file) + "\n",
		"blocks":    blocksOf(file.Body).Blocks,
	}))
}

func blocksOf(body ast.Body) block {
	read := block{Attributes: map[string]string{}, Blocks: []block{}}
	for _, statement := range body {
		switch statement := statement.(type) {
		case *ast.AttributeStmt:
			read.Attributes[statement.Name.Name] = printed(statement.Value)
		case *ast.BlockStmt:
			inner := blocksOf(statement.Body)
			inner.Name, inner.Label = strings.Join(statement.Name, "."), statement.Label
			read.Blocks = append(read.Blocks, inner)
		}
	}
	return read
}

func printed(node ast.Node) string {
	var text bytes.Buffer
	check(printer.Fprint(&text, node))
	return text.String()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
