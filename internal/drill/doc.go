// Package drill breaks the real program and counts what is left. Its tests start the built binary as an operator
// would, buy from it over HTTP, and meanwhile kill it, kill PostgreSQL, cut answers off, take mail, payments and files
// away, upgrade the schema, or let it run for long; then the books must agree: no paid order lost, none doubled, every
// hold ended, every job done. CI runs each drill small; `make drill` and `make soak` run them at full size. The package
// holds tests only.
package drill
