//go:build !linux && !nogui

package main

// putWindowFirst does nothing where the system itself lets a program that is used go first.
func putWindowFirst() {}
