package main

import (
	"context"

	"anteroom/room/redisstore"
)

// advise warns of settings of a Redis that are not what it is meant to have.
func (a *App) advise(ctx context.Context) {
	store, ok := a.store.(*redisstore.Store)
	if !ok {
		return
	}
	advice, err := store.Advice(ctx)
	if err != nil {
		a.log.Warn("the settings of Redis could not be read")
	}
	for _, one := range advice {
		a.log.Warn(one)
	}
}
