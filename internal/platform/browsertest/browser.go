package browsertest

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/yarmarka/yarmarka/internal/platform/chromium"
)

// one is the browser of this test process. Chromium dies with the process that started it, so
// nothing is left behind when the tests end, however they end.
var one struct {
	sync.Once
	ctx context.Context
	err error
}

// shared starts Chromium at first use.
func shared(t testing.TB) context.Context {
	t.Helper()
	one.Do(start)
	if one.err != nil {
		t.Fatalf("browser: %v", one.err)
	}
	return one.ctx
}

func start() {
	program, err := chromium.FindOrInstall(context.Background(), os.Stderr)
	if err != nil {
		one.err = err
		return
	}
	// The profile directory is chromedp's own: fresh, and removed with the browser.
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program),
		chromedp.WSURLReadTimeout(60 * time.Second),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "ru-RU"),
	}
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	one.ctx, _ = chromedp.NewContext(allocator)
	one.err = chromedp.Run(one.ctx)
}

// tab opens a tab with a profile of its own. Chromium opens the first tab of a profile only as a
// window, which chromedp's own WithNewBrowserContext does not ask for.
func tab(t testing.TB) (context.Context, context.CancelFunc) {
	t.Helper()
	browser := shared(t)
	in := cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser)
	profile, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(in)
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).Do(in)
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(id))
	if err := chromedp.Run(ctx); err != nil { // without a deadline, which would end the tab with it
		cancel()
		t.Fatalf("browser: %v", err)
	}
	return ctx, cancel
}
