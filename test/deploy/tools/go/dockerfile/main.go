// Reads a Dockerfile as BuildKit does, without building it: prints as JSON what its own checks complain of, the
// configuration of the image that would come out, and the files that its last stage copies. Other builders and registries
// are not asked: of a base image only the reference is known, and what stands below.
//
//	dockerfile FILE [NAME=VALUE ...]
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

var platform = ocispecs.Platform{OS: "linux", Architecture: "arm64"}
var builder = ocispecs.Platform{OS: "linux", Architecture: "amd64"}

type stage struct {
	Name     string              `json:"name"`
	Base     string              `json:"base"`
	Platform string              `json:"platform"`
	Copies   []map[string]string `json:"copies"`
	Runs     int                 `json:"runs"`
}

type told struct {
	Warnings []string             `json:"warnings"`
	Stages   []stage              `json:"stages"`
	Config   ocispecs.ImageConfig `json:"config"`
}

func main() {
	told, err := read(os.Args[1], os.Args[2:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(told)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string, args []string) (*told, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		values[name] = value
	}
	result := &told{Warnings: []string{}}
	// Asked for by BuildKit when it checks, and no part of what is checked.
	capabilities := pb.Caps.CapSet(pb.Caps.All())
	image, err := dockerfile2llb.Dockerfile2LLB(context.Background(), text, dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{BuildArgs: values, BuildPlatforms: []ocispecs.Platform{builder}},
		TargetPlatform: &platform,
		MetaResolver:   bases{},
		LLBCaps:        &capabilities,
		Warn: func(rule, _, _, message string, where []parser.Range) {
			line := 0
			if len(where) > 0 {
				line = where[0].Start.Line
			}
			result.Warnings = append(result.Warnings, fmt.Sprintf("%d: %s: %s", line, rule, message))
		},
		AllStages: true,
	})
	if err != nil {
		return nil, err
	}
	result.Config = image.Image.Config.ImageConfig
	result.Stages, err = stages(text)
	return result, err
}

func stages(text []byte) ([]stage, error) {
	parsed, err := parser.Parse(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	all, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil, err
	}
	result := []stage{}
	for _, each := range all {
		one := stage{Name: each.Name, Base: each.BaseName, Platform: each.Platform, Copies: []map[string]string{}}
		for _, command := range each.Commands {
			switch command := command.(type) {
			case *instructions.CopyCommand:
				for _, source := range command.SourcePaths {
					one.Copies = append(one.Copies, map[string]string{"from": command.From, "source": source, "to": command.DestPath})
				}
			case *instructions.RunCommand:
				one.Runs++
			}
		}
		result = append(result, one)
	}
	return result, nil
}

// bases knows of every image that it has Node's usual search path, and nothing else.
type bases struct{}

func (bases) ResolveImageConfig(_ context.Context, reference string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{
		Platform: platform,
		Config:   ocispecs.ImageConfig{Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}},
	})
	return reference, digest.FromBytes(config), config, err
}

var _ llb.ImageMetaResolver = bases{}
