// Package placement decides which machine takes a session that none has. It is
// pure: what the machines carry is given, chance is too, so that the simulation
// in cmd/internal/clustersim runs the very rule that the program does.
//
// The machine that gets the first connection of a session takes it, unless it is
// about to stop, or carries half as much again as another and [Uneven] more. Which
// other: of two picked at random the one that carries less. What is known of them
// is a little old; if all went to the lightest of all, all would go to the same
// one until they hear of each other again. What runs is never moved for the sake
// of balance.
package placement
