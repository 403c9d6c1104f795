// Package checks has what the programs have in common.
package checks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
)

// Check is a check by its name in the table.
type Check struct {
	Name string
	Run  func()
}

// Run runs the checks in order, and prints each that holds.
func Run(version string, all []Check) {
	fmt.Println("version", version)
	for _, check := range all {
		check.Run()
		fmt.Println("passed", check.Name)
	}
}

// Version is that of a module the program was built with.
func Version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	panic("not built with " + module)
}

// Must ends the program if there is an error, and returns the value otherwise.
func Must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// Equal ends the program if a value is not the expected one.
func Equal[T comparable](got, expected T) {
	if got != expected {
		panic(fmt.Sprintf("%#v instead of %#v", got, expected))
	}
}

// Emulator asks the control interface for something.
func Emulator(path string, body map[string]any) {
	content := Must(json.Marshal(body))
	url := os.Getenv("AWS_ENDPOINT_URL") + "/_emulator/" + path
	answer := Must(http.Post(url, "application/json", bytes.NewReader(content)))
	defer answer.Body.Close()
	Equal(answer.StatusCode, http.StatusOK)
}
