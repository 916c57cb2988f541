//go:build !linux && !darwin

package main

// memoryBytes is 0: the machine's memory is not known here.
func memoryBytes() int64 { return 0 }
