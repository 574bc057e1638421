// Package deps holds the house rules that a compiler does not: which package
// may import which, which may use which module, and what no source file may
// contain. It has tests only.
package deps
