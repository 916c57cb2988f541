package main

import (
	"path/filepath"

	"github.com/adrg/xdg"

	"sopro/internal/catalog"
)

// speedsOf are the speeds that were measured of a server's models on this machine, from one run to the next.
func speedsOf(server string) *catalog.Speeds {
	return catalog.OpenSpeeds(filepath.Join(xdg.StateHome, "sopro", "speeds.json"), server)
}
