// Command yarmarka is the whole of Yarmarka: the market's web server, its background worker, a filled
// demonstration, migrations, imports and benchmarks, one subcommand each. `yarmarka help` lists them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/yarmarka/yarmarka/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	// After the first signal has begun an orderly end, a second one ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(app.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
